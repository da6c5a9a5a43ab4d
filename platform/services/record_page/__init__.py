"""What the page of a record tells, and the same on paper."""
