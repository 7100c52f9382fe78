"""Protocols in the settings: chosen for venues and rooms, written, and changed."""
