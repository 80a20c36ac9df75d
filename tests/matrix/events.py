"""The events of the matrix, each of which revokes the tokens of a login.

Each returns whether it happened, or ``None`` if it does not apply to the kind of token. They change
settings in place, as each test has its own.
"""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core.management import call_command
from rest_framework.test import APIClient

from tests.matrix.login import Login, admin_browser, staff_client
from token_revocation.clock import now
from token_revocation.sessions.models import TokenSession


def logout(login: Login):
    body = {"refresh": login.tokens.presented} if login.tokens.presented != login.tokens.api else {}
    client = APIClient() if body else login.client()
    return client.post(login.path("logout/"), body).status_code == 204


def logout_all(login: Login):
    return login.client().post(login.path("logout/all/")).status_code == 204


def revoke(login: Login):
    body = {"token": login.tokens.presented}
    return APIClient().post(login.path("revoke/"), body).status_code == 200


def delete_own_token(login: Login):
    if not login.kind.is_listed:
        return None
    path = login.path(f"tokens/{login.ref.family_key}/")
    return login.client().delete(path).status_code == 204


def revoke_by_staff(login: Login):
    return staff_client().post(login.path(f"users/{login.pk}/revoke/")).status_code == 204


def revoke_leaked(login: Login):
    body = {"tokens": [login.tokens.presented]}
    return staff_client().post(login.path("revoke/leaked/"), body).json()["revoked"] == 1


def log_out_in_the_admin(login: Login):
    form = {"action": "log_out_everywhere", "_selected_action": [login.pk]}
    return admin_browser().post("/admin/auth/user/", form).status_code == 302


def revoke_in_the_admin(login: Login):
    path = login.kind.admin_path
    if not path:
        return None
    staff = admin_browser()
    (key,) = re.findall(r'name="_selected_action" value="([^"]+)"', staff.get(path).text)
    form = {"action": "revoke_selected_tokens", "_selected_action": [key]}
    return staff.post(path, form).status_code == 302


def command_for_user(login: Login):
    return "Revoked" in revoke_tokens(f"--user={login.user.username}")


def command_for_file(login: Login):
    with NamedTemporaryFile("w") as file:
        file.write(login.tokens.presented)
        file.flush()
        return "Revoked 1" in revoke_tokens(f"--from-file={file.name}")


def password_change(login: Login):
    form = {"usable_password": "true", "password1": "a b staple", "password2": "a b staple"}
    path = f"/admin/auth/user/{login.pk}/password/"
    return admin_browser().post(path, form).status_code == 302


def deactivation(login: Login):
    form = {
        "username": login.user.username,
        "date_joined_0": "2030-01-01",
        "date_joined_1": "00:00:00",
    }
    return admin_browser().post(f"/admin/auth/user/{login.pk}/change/", form).status_code == 302


def deletion(login: Login):
    path = f"/admin/auth/user/{login.pk}/delete/"
    users = type(login.user).objects.filter(pk=login.pk)
    if admin_browser().post(path, {"post": "yes"}).status_code == 403:
        users.get().delete()  # The admin cannot delete a user with OAuth Toolkit tokens.
    return not users.exists()


def command_for_session(login: Login):
    session = login.ref.subject("session")
    return "Revoked" in revoke_tokens(f"--session={session.id}") if session else None


def command_for_client(login: Login):
    client = login.ref.subject("client")
    return "Revoked" in revoke_tokens(f"--client={client.id}") if client else None


def command_for_everyone(login: Login):
    return "Revoked" in revoke_tokens("--everyone", "--yes")


def revoke_tokens(*arguments):
    """Run the ``revoke_tokens`` command, and return its output."""
    out = StringIO()
    call_command("revoke_tokens", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def absolute_limit(login: Login):
    settings.TOKEN_REVOCATION["SESSION_LIFETIME"] = timedelta(microseconds=1)
    return True


def idle_limit(login: Login):
    settings.TOKEN_REVOCATION["SESSION_IDLE_TIMEOUT"] = timedelta(hours=1)
    TokenSession.objects.update(last_used_at=now() - timedelta(hours=2))
    call_command("purge_revoked_tokens", verbosity=0)
    return True


def another_login(login: Login):
    settings.TOKEN_REVOCATION["MAX_SESSIONS"] = 1
    tokens = login.kind.log_in(login.user)
    return None if tokens.api == login.tokens.api else True


EVENTS = {
    "`POST logout/`": logout,
    "`POST logout/all/`": logout_all,
    "`POST revoke/`": revoke,
    "`DELETE tokens/{id}/`": delete_own_token,
    "`POST users/{id}/revoke/`, by staff": revoke_by_staff,
    "`POST revoke/leaked/`, by staff": revoke_leaked,
    "\u201cLog out everywhere\u201d in the admin": log_out_in_the_admin,
    "\u201cRevoke selected tokens\u201d in the admin": revoke_in_the_admin,
    "`revoke_tokens --user`": command_for_user,
    "`revoke_tokens --from-file`": command_for_file,
    "password change": password_change,
    "account deactivation": deactivation,
    "user deletion": deletion,
    "`revoke_tokens --session`": command_for_session,
    "`revoke_tokens --client`": command_for_client,
    "`revoke_tokens --everyone`": command_for_everyone,
    "end of `SESSION_LIFETIME`": absolute_limit,
    "`purge_revoked_tokens` after `SESSION_IDLE_TIMEOUT`": idle_limit,
    "login above `MAX_SESSIONS`": another_login,
}
