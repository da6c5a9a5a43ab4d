"""Tags: coloured words on records."""
