"""The demonstration: accounts, lines to paste, and scenarios that check it."""
