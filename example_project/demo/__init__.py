"""The demonstration: people to be, lines to paste, and a walk that checks every promise."""
