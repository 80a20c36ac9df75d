"""A gateway without Django and its database that rejects revoked JWTs.

It uses the standard library and PyJWT, reads status lists and the event feed, and could as well
be written in another language.
"""
