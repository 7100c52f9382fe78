"""Which gateway looks after which venues."""
