"""How much is taken of one device, and what becomes of the rest."""
