"""Names that pages and forms share when a form is posted without scripts."""

#: A button of this name, with a rows control's dotted name as value, asks for one more row.
ADD_ROW = "_add_row"
#: The same, with a row's dotted name, asks to take that row out.
REMOVE_ROW = "_remove_row"
