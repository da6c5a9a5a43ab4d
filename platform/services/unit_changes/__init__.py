"""Dated changes of units: renaming, moving, merging, splitting, dissolving."""
