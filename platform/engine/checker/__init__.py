"""The compiler's second half: what schema and grammar cannot see."""
