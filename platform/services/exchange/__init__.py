"""Import and export of the organisation: units, people, posts and roles as a workbook (U-42, O-10, O-11).

A file is opened with care (`opening`), its cells are read by columns that the definitions decide
(`sheets`, `reading`), compared with what stands in the database (`checking`), and what comes of that
(`changes`) is shown first and applied later, all or nothing (`applying`). Exports (`exporting`) are
files of the same form, so that importing an export changes nothing.
"""
