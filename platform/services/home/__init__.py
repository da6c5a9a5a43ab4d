"""The frame around every page: home page, menu, launcher, and what one chose for oneself."""
