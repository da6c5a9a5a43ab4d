"""Accounts as administrators handle them: data, posts, states, first passwords."""
