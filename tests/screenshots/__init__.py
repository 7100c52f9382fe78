"""Every page in every state, as pictures to look at and with checks of how they are drawn: `make screenshots`."""
