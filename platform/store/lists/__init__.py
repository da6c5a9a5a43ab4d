"""Reading many records: what a viewer may see, narrowed, ordered, counted, found by words."""
