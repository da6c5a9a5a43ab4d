"""Telling people: after the commit, by page, mail, message and calendar, at once or gathered."""
