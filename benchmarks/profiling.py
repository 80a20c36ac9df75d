"""Where the time goes: ``python -m benchmarks.profiling NAME [CALLS]``, with the name of a contestant."""

from __future__ import annotations

import os
import sys
from cProfile import Profile
from pstats import SortKey, Stats

import django


def main(name: str, calls: str = "2000") -> None:
    """Print the 30 functions that take most, of ``authenticate()`` of the contestant called so."""
    from benchmarks.contestants import contestants
    from benchmarks.contestants.ours import end, settled
    from benchmarks.measure import database
    from benchmarks.turns import authenticate, on_stage

    (contestant,) = [c for c in contestants() if c.name == name]
    profile = Profile()
    with database(), on_stage(contestant):
        settled()
        for request in contestant.requests(100, 0):
            authenticate(contestant, request)
        for request in contestant.requests(int(calls), 100):
            profile.runcall(authenticate, contestant, request)
        end()
    Stats(profile).sort_stats(SortKey.TIME).print_stats(30)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    main(*sys.argv[1:])
