"""A PostgreSQL server of our own, that may be restarted and cut off."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from example_project.demo.server import free_port
from tests.consistency.server_user import owned_by, running_as
from tests.servers import give_up
from tests.stores.cache_servers import HOST

USER = "postgres"

BINARIES = "/usr/lib/postgresql"
"""Where distributions keep those of each version, out of everybody's way."""


class PostgreSQL:
    """A cluster in ``folder``, on a free port. It commits as durably as one does by default."""

    def __init__(self, folder):
        self._bin = binaries()
        self._folder = owned_by(USER, folder / "postgresql")
        self._port = free_port()
        self._run("initdb", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        with (self._folder / "postgresql.conf").open("a") as config:
            config.write(f"port = {self._port}\nlisten_addresses = '{HOST}'\n")
            config.write("unix_socket_directories = ''\nmax_connections = 200\n")

    @property
    def settings(self):
        """As one of ``DATABASES``. Connections persist, so that there is something to cut."""
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
        """``fast`` cuts every transaction off; ``immediate`` is a crash, and a recovery."""
        self._control("restart", "-m", mode, "-l", str(self._folder / "log"))

    def cut(self):
        """End every connection but the one that says so; how many."""
        import psycopg

        with psycopg.connect(host=HOST, port=self._port, user=USER, dbname=USER) as connection:
            ended = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            return ended.rowcount

    def _control(self, verb, *options):
        self._run("pg_ctl", "-s", "-w", verb, *options)

    def _run(self, program, *arguments):
        command = [str(self._bin / program), "-D", str(self._folder), *arguments]
        if program == "initdb":
            command.append(f"--username={USER}")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **running_as(USER))


def binaries():
    """The folder of ``initdb`` and ``pg_ctl``."""
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    versions = [path.parent for path in Path(BINARIES).glob("*/bin/initdb")]
    if not versions:
        give_up("The server of PostgreSQL is not installed.")
    return max(versions, key=lambda path: float(path.parent.name))
