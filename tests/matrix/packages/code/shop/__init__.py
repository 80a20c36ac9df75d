"""A project's own code beside the packages; importable once the folder above is on the path."""
