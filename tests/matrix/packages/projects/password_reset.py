"""Password reset links, which several packages accept."""

from __future__ import annotations

from tests.matrix.packages.accounts import Account


def reset_link(account: Account, *, by_allauth: bool = False) -> dict[str, str]:
    """Return the user ID and token that a password reset mail contains."""
    from django.contrib.auth.tokens import default_token_generator
    from django.utils.encoding import force_bytes
    from django.utils.http import urlsafe_base64_encode

    user = account.current_user()
    if by_allauth:
        from allauth.account.forms import default_token_generator
        from allauth.account.utils import user_pk_to_url_str

        return {"uid": user_pk_to_url_str(user), "token": default_token_generator.make_token(user)}
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return {"uid": uid, "token": default_token_generator.make_token(user)}
