"""What each effect of the closed vocabulary does to a draft."""
