"""Logins as the documentation of simplejwt makes tokens by hand."""

from __future__ import annotations

from rest_framework_simplejwt.tokens import RefreshToken


def log_in(user):
    return RefreshToken.for_user(user)
