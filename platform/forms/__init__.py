"""Fields, roles and inputs as forms: compiled, validated and drawn from pure data."""
