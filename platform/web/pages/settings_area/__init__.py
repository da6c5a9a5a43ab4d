"""The settings area: one module for each of its pages."""
