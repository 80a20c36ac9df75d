"""The servers under test: a database, a cache, and two hosts with the store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.consistency.clients import LOGIN_CLIENTS
from tests.consistency.hosts import ROOT, Host
from tests.consistency.mariadb import MariaDB
from tests.consistency.postgresql import PostgreSQL
from tests.consistency.redis_server import Redis
from tests.consistency.session_clients import SESSION_CLIENTS

DATABASES = {"postgres": PostgreSQL, "mariadb": MariaDB}
"""By the values of ``TOKEN_REVOCATION_TEST_DB``."""

SETTINGS = "tests.consistency.project.settings"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The running servers, to which faults are applied."""

    database: PostgreSQL | MariaDB
    cache: Redis
    hosts: list[Host]
    kill_file: Path
    """A worker that finds this file deletes it and kills itself, at the moment that it names."""
    unsent_file: Path
    """Workers write refreshes to this file if they kill themselves before the response."""
    bound: float

    def workers(self):
        """Return the process IDs of all workers, as in the ``X-Worker`` header."""
        return set().union(*(host.workers() for host in self.hosts))

    def unsent_refreshes(self):
        """Return used refresh tokens and their successors, which no client got, once."""
        if not self.unsent_file.exists():
            return []
        lines = self.unsent_file.read_text().splitlines()
        self.unsent_file.unlink()
        return [json.loads(line) for line in lines]

    def restart(self):
        """Restart all servers and hosts, so that nothing is left in memory."""
        for host in self.hosts:
            host.stop()
        self.database.restart("immediate")
        self.cache.restart()
        start_hosts(self.hosts)


@contextmanager
def start_servers(name):
    """Run a database server with tables and users, and an empty cache.

    Yields both and the folder of their files.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)  # The database server runs as another user.
        database, cache = DATABASES[name](folder), Redis()
        database.start()
        stack.callback(database.stop)
        cache.start()
        stack.callback(cache.kill)
        prepare(environment_variables(database, cache, folder))
        yield database, cache, folder


@contextmanager
def start_environment(database, cache, folder, store, options):
    """Run two hosts with ``store`` on these servers, with an empty cache."""
    cache.restart()
    variables = {
        **environment_variables(database, cache, folder),
        "CONSISTENCY_STORE": store,
        "CONSISTENCY_OPTIONS": json.dumps(options),
    }
    hosts = [Host(name, variables, folder) for name in ("first", "second")]
    with ExitStack() as stack:
        for host in hosts:
            stack.callback(host.stop)
        bound, _ = start_hosts(hosts)
        yield Environment(
            database=database,
            cache=cache,
            hosts=hosts,
            kill_file=Path(variables["CONSISTENCY_KILL_FILE"]),
            unsent_file=Path(variables["CONSISTENCY_UNSENT_FILE"]),
            bound=bound,
        )


def start_hosts(hosts):
    """Start all hosts, wait until they respond, and return the bound of the store of each."""
    for host in hosts:
        host.start()
    return [host.wait_until_ready() for host in hosts]


def environment_variables(database, cache, folder):
    return {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "CONSISTENCY_DATABASE": json.dumps(database.settings),
        "CONSISTENCY_REDIS": cache.url,
        "CONSISTENCY_KILL_FILE": str(folder / "kill"),
        "CONSISTENCY_UNSENT_FILE": str(folder / "unsent"),
        "CONSISTENCY_STORE": "token_revocation.stores.database.DatabaseStore",
        "CONSISTENCY_OPTIONS": "{}",
        "CONSISTENCY_CLOCK": "0",
    }


def prepare(variables):
    users = str(LOGIN_CLIENTS + SESSION_CLIENTS)
    command = [sys.executable, "-m", "tests.consistency.project.prepare", users]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **variables})
