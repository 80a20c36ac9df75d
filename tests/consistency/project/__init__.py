"""The project of the hosts: the endpoints of the package, and a view that requires a token."""
