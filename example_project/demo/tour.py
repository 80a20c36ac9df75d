"""The text that the demonstration prints, with commands to paste."""

from __future__ import annotations

from example_project.demo.accounts import ADMINISTRATOR, USERS
from example_project.kinds import JWT, KINDS

TOUR = """\
Open this page with two devices in a browser:

  {origin}/#password={password}

{users} and the administrator {admin} have the password {password}

Or in another terminal: log in, call the API, log out, and call it again:

  TOKEN=$(curl -s {origin}/auth/login/ -d username={user} -d password={password} | cut -d '"' -f 4)
  curl -i {origin}/api/hello/ -H "Authorization: Token $TOKEN"
  curl -i -X POST {origin}/auth/logout/ -H "Authorization: Token $TOKEN"
  curl -i {origin}/api/hello/ -H "Authorization: Token $TOKEN"

Log in again with the first line. Then list the sessions, log out on every device, or revoke the
token as in RFC 7009:

  curl -i {origin}/auth/sessions/ -H "Authorization: Token $TOKEN"
  curl -i -X POST {origin}/auth/logout/all/ -H "Authorization: Token $TOKEN"
  curl -i {origin}/auth/revoke/ -d token=$TOKEN

{jwt}{gateway_lines}The page "Your sessions" lists the devices and browsers of a user, and logs them out:

  {origin}/account/sessions/

Or choose "Revoke selected tokens" in the admin, as {admin}:

  {origin}/admin/authtoken/tokenproxy/
"""

JWT_LINES = """\
With a JSON Web Token, which starts a session: logging out with either of its two tokens revokes both.

  JWT=$(curl -s {origin}/api/token/ -d username={user} -d password={password} | cut -d '"' -f 8)
  curl -i {origin}/api/hello/ -H "Authorization: Bearer $JWT"
  curl -i -X POST {origin}/auth/logout/ -H "Authorization: Bearer $JWT"
  curl -i {origin}/api/hello/ -H "Authorization: Bearer $JWT"

"""

NO_JWT_LINES = """\
JSON Web Tokens are not available: djangorestframework-simplejwt is not installed (extra demo).

"""

GATEWAY_LINES = """\
A gateway runs too, without Django and its database. It rejects revoked tokens by the event feed
(after a second or two) and by the status list (after at most seven):

  JWT=$(curl -s {origin}/api/token/ -d username={user} -d password={password} | cut -d '"' -f 8)
  curl -i --retry 5 {gateway}/event-feed/ -H "Authorization: Bearer $JWT"
  curl -i --retry 5 {gateway}/status-list/ -H "Authorization: Bearer $JWT"
  curl -i -X POST {origin}/auth/logout/ -H "Authorization: Bearer $JWT"
  sleep 8; curl -i {gateway}/event-feed/ -H "Authorization: Bearer $JWT"
  curl -i {gateway}/status-list/ -H "Authorization: Bearer $JWT"

"""

NO_GATEWAY_LINES = """\
The gateway does not run: its port is taken, or simplejwt, PyJWT or cryptography is not installed.

"""


def tour(origin: str, password: str, gateway: str) -> str:
    """Return the text for a server at ``origin`` and its gateway, if there is one."""
    gateway_lines = GATEWAY_LINES if gateway else NO_GATEWAY_LINES
    known = {"origin": origin, "password": password, "user": USERS[0]}
    jwt = (JWT_LINES if JWT in KINDS else NO_JWT_LINES).format(**known)
    return TOUR.format(
        **known,
        users=" and ".join(USERS),
        admin=ADMINISTRATOR,
        jwt=jwt,
        gateway_lines=gateway_lines.format(**known, gateway=gateway),
    )
