"""Handing open records over from people and units that go."""
