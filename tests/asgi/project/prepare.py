"""Create the tables and tokens, and print the tokens: ``python -m tests.asgi.project.prepare``."""

from __future__ import annotations

import django
from django.core.management import call_command

TOKEN_COUNT = 200


def main():
    django.setup()
    from django.contrib.auth.models import User
    from rest_framework.authtoken.models import Token

    call_command("migrate", verbosity=0)
    for number in range(TOKEN_COUNT):
        print(Token.objects.create(user=User.objects.create(username=f"user{number}")))


if __name__ == "__main__":
    main()
