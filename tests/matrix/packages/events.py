"""The events of every project: the endpoints, services, admin and command of the package."""

from __future__ import annotations

from io import StringIO
from typing import Any

from tests.matrix.packages.accounts import NEW_PASSWORD, Account, IssuedTokens, client, post


def logout(account: Account, tokens: IssuedTokens) -> bool | None:
    """Log out with the access token and the refresh token."""
    if not tokens.access:
        return None
    body = {"refresh": tokens.refresh} if tokens.refresh else {}
    post("/auth/logout/", body, tokens, 204)
    return True


def logout_all(account: Account, tokens: IssuedTokens) -> bool | None:
    """Log out everywhere with the access token; without one, call the service."""
    if not tokens.is_of_user:
        return None
    if not tokens.access:
        return revoke_all(account, tokens)
    post("/auth/logout/all/", {}, tokens, 204)
    return True


def revoke_all(account: Account, tokens: IssuedTokens) -> bool:
    from token_revocation import services

    services.revoke_all(account.current_user())
    return True


def change_password(account: Account, tokens: IssuedTokens) -> bool:
    user = account.current_user()
    user.set_password(NEW_PASSWORD)
    user.save()
    account.password = NEW_PASSWORD
    return True


def deactivate(account: Account, tokens: IssuedTokens) -> bool:
    user = account.current_user()
    user.is_active = False
    user.save()
    return True


def delete(account: Account, tokens: IssuedTokens) -> bool:
    account.current_user().delete()
    return True


def by_admin(account: Account, tokens: IssuedTokens) -> bool:
    form = {"action": "log_out_everywhere", "_selected_action": [account.pk]}
    return admin_post("/admin/auth/user/", form)


def by_command(account: Account, tokens: IssuedTokens) -> bool:
    return command("revoke_tokens", f"--user={account.username}")


def everyone(account: Account, tokens: IssuedTokens) -> bool:
    """Do nothing: the command has run once for all accounts."""
    return True


def command(*arguments: str) -> bool:
    from django.core.management import call_command

    call_command(*arguments, stdout=StringIO())
    return True


def admin_browser() -> Any:
    """Make a client that has logged in to the admin as a superuser."""
    from django.contrib.auth import get_user_model

    users = get_user_model().objects
    user = users.filter(username="staff").first() or users.create_superuser("staff")
    browser = client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def admin_post(path: str, form: dict[str, Any]) -> bool:
    """Send a form of the admin, which must be accepted."""
    response = admin_browser().post(path, form, format="multipart")
    assert response.status_code == 302, (path, response.status_code, response.content[-3000:])
    return True


REVOKE_EVERYONE = "`revoke_tokens --everyone`"
"""Runs after all other events, since it affects every account."""

EVENTS = {
    "`POST logout/`": logout,
    "`POST logout/all/`": logout_all,
    "`services.revoke_all()`": revoke_all,
    "password change": change_password,
    "account deactivation": deactivate,
    "user deletion": delete,
    "“Log out everywhere” in the admin": by_admin,
    "`revoke_tokens --user`": by_command,
    REVOKE_EVERYONE: everyone,
}

USER_EVENTS = {revoke_all, change_password, deactivate, delete, by_admin, by_command}
"""Events that do not affect tokens without a user."""
