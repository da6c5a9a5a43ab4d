"""Lists: narrowed, counted, drawn as tables, boards and calendars, and taken away as files."""
