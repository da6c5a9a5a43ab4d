"""Forms: their models, what they begin with, whom their pickers offer, and drafts of them."""
