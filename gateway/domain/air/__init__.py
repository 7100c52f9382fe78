"""What the air of a room tells: how much fresh air comes in, and what follows from it."""
