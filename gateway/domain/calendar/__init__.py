"""What a calendar says, where its meetings go, and what that changes."""
