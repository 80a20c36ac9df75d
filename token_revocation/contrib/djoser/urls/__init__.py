"""Replacements of djoser's URL configurations."""
