"""Calendars from elsewhere: fetched, read apart from the gateway, kept in step."""
