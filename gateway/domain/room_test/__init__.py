"""The room's own test: its air changes an hour, by the decay of CO2 in it while nobody is in."""
