"""Profiles of a request: ``python -m benchmarks.profiles CONTESTANT [CALLS]``."""

from __future__ import annotations

import os
import sys
from cProfile import Profile
from pstats import SortKey, Stats

import django


def main(name: str, calls: str = "2000") -> None:
    """Print the 30 most expensive functions of the contestant's ``authenticate()``."""
    from benchmarks.contestants import contestants
    from benchmarks.contestants.revocable import close_stores, refresh_snapshots
    from benchmarks.measure import database
    from benchmarks.rounds import authenticate, project_settings

    (contestant,) = [c for c in contestants() if c.name == name]
    profile = Profile()
    with database(), project_settings(contestant):
        refresh_snapshots()
        for request in contestant.requests(100, 0):
            authenticate(contestant, request)
        for request in contestant.requests(int(calls), 100):
            profile.runcall(authenticate, contestant, request)
        close_stores()
    Stats(profile).sort_stats(SortKey.TIME).print_stats(30)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    main(*sys.argv[1:])
