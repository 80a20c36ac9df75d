"""Create the tables and the users: ``python -m tests.consistency.project.prepare USERS``."""

from __future__ import annotations

import sys

import django
from django.contrib.auth.hashers import make_password
from django.core.management import call_command


def main(users):
    django.setup()
    from django.contrib.auth.models import User

    call_command("migrate", verbosity=0, skip_checks=True)
    password = make_password("secret")
    names = [f"user{number}" for number in range(int(users))]
    User.objects.bulk_create(User(username=name, password=password) for name in names)


if __name__ == "__main__":
    main(*sys.argv[1:])
