"""Many records of a module out of one workbook: through the module's own create action, row by row."""
