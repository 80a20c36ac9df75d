"""Everything that runs: a database, a cache, and two hosts with the store under test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.consistency.crowd import VISITORS
from tests.consistency.hosts import ROOT, Host
from tests.consistency.mariadb import MariaDB
from tests.consistency.postgresql import PostgreSQL
from tests.consistency.redis_server import Redis

DATABASES = {"postgres": PostgreSQL, "mariadb": MariaDB}
"""By the names that ``TOKEN_REVOCATION_TEST_DB`` has for them."""

SETTINGS = "tests.consistency.project.settings"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What a fault can be done to."""

    database: PostgreSQL | MariaDB
    cache: Redis
    hosts: list[Host]
    order: Path
    bound: float

    def workers(self):
        """Those of all hosts, by the names that they sign their answers with."""
        return set().union(*(host.workers() for host in self.hosts))

    def restart(self):
        """Nothing is left of what anybody remembered."""
        for host in self.hosts:
            host.stop()
        self.database.restart("immediate")
        self.cache.restart()
        open_doors(self.hosts)


@contextmanager
def servers(name):
    """A database of the kind ``name``, with the tables and users, and an empty cache; the folder is for their files."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)  # The database has a user of its own.
        database, cache = DATABASES[name](folder), Redis()
        database.start()
        stack.callback(database.stop)
        cache.start()
        stack.callback(cache.kill)
        prepare(environment(database, cache, folder))
        yield database, cache, folder


@contextmanager
def stage(database, cache, folder, store, options):
    """Two hosts with ``store`` on these servers; the cache is emptied."""
    cache.restart()
    chosen = {
        **environment(database, cache, folder),
        "CONSISTENCY_STORE": store,
        "CONSISTENCY_OPTIONS": json.dumps(options),
    }
    hosts = [Host(name, chosen, folder) for name in ("first", "second")]
    with ExitStack() as stack:
        for host in hosts:
            stack.callback(host.stop)
        bound, _ = open_doors(hosts)
        order = Path(chosen["CONSISTENCY_ORDER"])
        yield Stage(database=database, cache=cache, hosts=hosts, order=order, bound=bound)


def open_doors(hosts):
    """Start all of them, and wait until they answer: what they say of the bound."""
    for host in hosts:
        host.start()
    return [host.ready() for host in hosts]


def environment(database, cache, folder):
    return {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "CONSISTENCY_DATABASE": json.dumps(database.settings),
        "CONSISTENCY_REDIS": cache.url,
        "CONSISTENCY_ORDER": str(folder / "order"),
        "CONSISTENCY_STORE": "token_revocation.stores.database.DatabaseStore",
        "CONSISTENCY_OPTIONS": "{}",
        "CONSISTENCY_CLOCK": "0",
    }


def prepare(chosen):
    command = [sys.executable, "-m", "tests.consistency.project.prepare", str(VISITORS)]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **chosen})
