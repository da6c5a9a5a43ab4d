"""Published definitions, and what a publication does to records."""
