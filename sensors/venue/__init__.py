"""What a venue file holds: its tables, and how they are read and checked."""
