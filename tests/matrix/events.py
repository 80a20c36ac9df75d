"""The events that end a login.

Each returns whether it happened; ``None`` if it cannot happen to a login of this kind.
"""

from __future__ import annotations

import re
from io import StringIO
from tempfile import NamedTemporaryFile

from django.core.management import call_command
from rest_framework.test import APIClient

from tests.matrix.login import Login, browser, officer


def logout(login: Login):
    body = {"refresh": login.held.presented} if login.held.presented != login.held.api else {}
    client = APIClient() if body else login.client()
    return client.post(login.path("logout/"), body).status_code == 204


def logout_everywhere(login: Login):
    return login.client().post(login.path("logout/all/")).status_code == 204


def revoke(login: Login):
    body = {"token": login.held.presented}
    return APIClient().post(login.path("revoke/"), body).status_code == 200


def end_one_of_ones_own(login: Login):
    path = login.path(f"tokens/{login.ref.family_key}/")
    return login.client().delete(path).status_code == 204


def by_staff(login: Login):
    return officer().post(login.path(f"users/{login.pk}/revoke/")).status_code == 204


def leaked(login: Login):
    body = {"tokens": [login.held.presented]}
    return officer().post(login.path("revoke/leaked/"), body).json()["ended"] == 1


def in_the_admin(login: Login):
    form = {"action": "log_out_everywhere", "_selected_action": [login.pk]}
    return browser().post("/admin/auth/user/", form).status_code == 302


def selected_in_the_admin(login: Login):
    path = login.kind.page
    if not path:
        return None
    staff = browser()
    (box,) = re.findall(r'name="_selected_action" value="([^"]+)"', staff.get(path).text)
    form = {"action": "revoke_selected_tokens", "_selected_action": [box]}
    return staff.post(path, form).status_code == 302


def by_command(login: Login):
    return "Ended" in command(f"--user={login.user.username}")


def by_a_list(login: Login):
    with NamedTemporaryFile("w") as file:
        file.write(login.held.presented)
        file.flush()
        return "Ended 1" in command(f"--from-file={file.name}")


def password_change(login: Login):
    form = {"usable_password": "true", "password1": "a b staple", "password2": "a b staple"}
    path = f"/admin/auth/user/{login.pk}/password/"
    return browser().post(path, form).status_code == 302


def deactivation(login: Login):
    form = {
        "username": login.user.username,
        "date_joined_0": "2030-01-01",
        "date_joined_1": "00:00:00",
    }
    return browser().post(f"/admin/auth/user/{login.pk}/change/", form).status_code == 302


def deletion(login: Login):
    path = f"/admin/auth/user/{login.pk}/delete/"
    users = type(login.user).objects.filter(pk=login.pk)
    if browser().post(path, {"post": "yes"}).status_code == 403:
        users.get().delete()  # The admin deletes no user with tokens of OAuth Toolkit.
    return not users.exists()


def session_end(login: Login):
    session = login.ref.subject("session")
    return "Ended" in command(f"--session={session.id}") if session else None


def client_cutoff(login: Login):
    client = login.ref.subject("client")
    return "Ended" in command(f"--client={client.id}") if client else None


def everyone_cutoff(login: Login):
    return "Ended" in command("--everyone", "--yes")


def command(*arguments):
    out = StringIO()
    call_command("revoke_tokens", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


EVENTS = {
    "`POST logout/`": logout,
    "`POST logout/all/`": logout_everywhere,
    "`POST revoke/`": revoke,
    "`DELETE tokens/{id}/`": end_one_of_ones_own,
    "`POST users/{id}/revoke/`, by staff": by_staff,
    "`POST revoke/leaked/`, by staff": leaked,
    "\u201cLog out everywhere\u201d in the admin": in_the_admin,
    "\u201cRevoke selected tokens\u201d in the admin": selected_in_the_admin,
    "`revoke_tokens --user`": by_command,
    "`revoke_tokens --from-file`": by_a_list,
    "the password changes": password_change,
    "the account is deactivated": deactivation,
    "the user is deleted": deletion,
    "`revoke_tokens --session`": session_end,
    "`revoke_tokens --client`": client_cutoff,
    "`revoke_tokens --everyone`": everyone_cutoff,
}
