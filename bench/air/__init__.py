"""How near the air's estimates come to the truth: simulated days and recordings, one table."""
