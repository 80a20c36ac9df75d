"""A private PostgreSQL server that tests can restart and disconnect."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from example_project.demo.server import free_port
from tests.consistency.server_user import make_folder, running_as
from tests.requirements import skip_or_fail
from tests.stores.cache_servers import HOST

USER = "postgres"

BINARIES = "/usr/lib/postgresql"
"""Where Debian installs the programs of each version, outside of ``PATH``."""


class PostgreSQL:
    """A server on a free port with its data in ``folder``, and the default durability."""

    def __init__(self, folder):
        self._bin = binaries()
        self._folder = make_folder(USER, folder / "postgresql")
        self._port = free_port()
        self._run("initdb", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        with (self._folder / "postgresql.conf").open("a") as config:
            config.write(f"port = {self._port}\nlisten_addresses = '{HOST}'\n")
            config.write("unix_socket_directories = ''\nmax_connections = 200\n")

    @property
    def settings(self):
        """An entry of ``DATABASES``, with persistent connections that can be cut."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": HOST,
            "PORT": str(self._port),
            "USER": USER,
            "NAME": USER,
            "CONN_MAX_AGE": 600,
        }

    def start(self):
        self._control("start", "-l", str(self._folder / "log"))

    def stop(self):
        self._control("stop", "-m", "immediate")

    def restart(self, mode):
        """Restart it: ``fast`` aborts all transactions, ``immediate`` is a crash with recovery."""
        self._control("restart", "-m", mode, "-l", str(self._folder / "log"))

    def cut_connections(self):
        """Terminate every other connection, and return how many."""
        import psycopg

        with psycopg.connect(host=HOST, port=self._port, user=USER, dbname=USER) as connection:
            terminated = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            return terminated.rowcount

    def _control(self, action, *options):
        self._run("pg_ctl", "-s", "-w", action, *options)

    def _run(self, program, *arguments):
        command = [str(self._bin / program), "-D", str(self._folder), *arguments]
        if program == "initdb":
            command.append(f"--username={USER}")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **running_as(USER))


def binaries():
    """Return the folder of ``initdb`` and ``pg_ctl``."""
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    versions = [path.parent for path in Path(BINARIES).glob("*/bin/initdb")]
    if not versions:
        skip_or_fail("The server of PostgreSQL is not installed.")
    return max(versions, key=lambda path: float(path.parent.name))
