"""Protocols, which a meeting is held under, and what was said of their items."""
