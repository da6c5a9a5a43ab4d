"""Expressions and templates of definitions: read, typed, evaluated, turned into queries."""
