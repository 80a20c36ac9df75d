"""What to try, as lines to paste."""

from __future__ import annotations

from example_project.demo.people import ADMINISTRATOR, USERS
from example_project.kinds import JWT, KINDS

GUIDE = """\
Two devices, side by side, in a browser:

  {origin}/#password={password}

{users} and the administrator {admin} have the password {password}

Or in another terminal: log in, call the API, log out, and call it again:

  TOKEN=$(curl -s {origin}/auth/login/ -d username={user} -d password={password} | cut -d '"' -f 4)
  curl -i {origin}/api/hello/ -H "Authorization: Token $TOKEN"
  curl -i -X POST {origin}/auth/logout/ -H "Authorization: Token $TOKEN"
  curl -i {origin}/api/hello/ -H "Authorization: Token $TOKEN"

Log in once more with the first line; then log out on every device, or hand in the token as
RFC 7009 has it:

  curl -i {origin}/auth/tokens/ -H "Authorization: Token $TOKEN"
  curl -i -X POST {origin}/auth/logout/all/ -H "Authorization: Token $TOKEN"
  curl -i {origin}/auth/revoke/ -d token=$TOKEN

{jwt}{beside}Or choose "Revoke selected tokens" in the admin, as {admin}:

  {origin}/admin/authtoken/tokenproxy/
"""

JWT_LINES = """\
With a JSON Web Token, which begins a session: logging out with either of its two tokens ends both.

  JWT=$(curl -s {origin}/api/token/ -d username={user} -d password={password} | cut -d '"' -f 8)
  curl -i {origin}/api/hello/ -H "Authorization: Bearer $JWT"
  curl -i -X POST {origin}/auth/logout/ -H "Authorization: Bearer $JWT"
  curl -i {origin}/api/hello/ -H "Authorization: Bearer $JWT"

"""

NO_JWT_LINES = """\
JSON Web Tokens are not shown: djangorestframework-simplejwt is not installed (extra demo).

"""

GATEWAY_LINES = """\
Beside it runs a gateway without Django and without its database. It refuses what was logged out by
the event feed (a second or two later) and by the status list (at most seven):

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


def guide(origin: str, password: str, gateway: str) -> str:
    """The text, for a server at ``origin`` and the gateway beside it, if there is one."""
    beside = GATEWAY_LINES if gateway else NO_GATEWAY_LINES
    known = {"origin": origin, "password": password, "user": USERS[0]}
    jwt = (JWT_LINES if JWT in KINDS else NO_JWT_LINES).format(**known)
    return GUIDE.format(
        **known,
        users=" and ".join(USERS),
        admin=ADMINISTRATOR,
        jwt=jwt,
        beside=beside.format(**known, gateway=gateway),
    )
