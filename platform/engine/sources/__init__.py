"""Definitions as authors wrote them: text with places, shapes, problems, differences."""
