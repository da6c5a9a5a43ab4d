"""Paper: what is printed, as data, and its three shapes: a page, a PDF, a document to edit.

`model` says what a paper is made of, `reading` makes one from the HTML of a print's definition,
`as_html`, `as_pdf` and `as_docx` write it. Nothing here knows records or people.
"""
