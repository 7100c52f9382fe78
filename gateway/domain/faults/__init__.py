"""Sensors that cannot be right: what is seen of each fault, reading by reading."""
