"""What the hosts serve: the endpoints of the package, and one view that needs a token."""
