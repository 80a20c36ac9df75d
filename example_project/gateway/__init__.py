"""A gateway without Django and without our database: it verifies JWTs, and refuses revoked ones.

It has the standard library and PyJWT, reads our status lists and our event feed, and could as well
be written in another language.
"""
