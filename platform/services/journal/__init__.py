"""The audit journal: written with every change, searched in words."""
