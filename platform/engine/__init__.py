"""The pure rules: definitions compiled to immutable models, decisions with proof, plans of change."""
