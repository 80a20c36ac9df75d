"""A private MariaDB server that tests can restart and disconnect."""

from __future__ import annotations

import shutil
import subprocess

from example_project.demo.server import free_port
from tests.consistency.server_user import make_folder, running_as
from tests.requirements import skip_or_fail
from tests.stores.cache_servers import HOST, wait_for

USER = "mysql"
NAME = "consistency"

IGNORE_UNKNOWN_THREAD = "DECLARE CONTINUE HANDLER FOR 1094 DO NULL;"
"""Ignores ER_NO_SUCH_THREAD: a connection may close by itself."""


class MariaDB:
    """A server on a free port with its data in ``folder``, and the default durability."""

    def __init__(self, folder):
        if shutil.which("mariadb-install-db") is None:
            skip_or_fail("The server of MariaDB is not installed.")
        self._folder = make_folder(USER, folder / "mariadb")
        self._port = free_port()
        install = ["mariadb-install-db", "--no-defaults", f"--datadir={self._folder}"]
        install += ["--auth-root-authentication-method=normal", "--skip-test-db"]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL, **running_as(USER))

    @property
    def settings(self):
        """An entry of ``DATABASES``, with persistent connections that can be cut."""
        return {
            "ENGINE": "django.db.backends.mysql",
            "HOST": HOST,
            "PORT": str(self._port),
            "USER": "root",
            "NAME": NAME,
            "OPTIONS": {"charset": "utf8mb4"},
            "CONN_MAX_AGE": 600,
        }

    def start(self):
        command = ["mariadbd", "--no-defaults", f"--datadir={self._folder}"]
        command += [f"--bind-address={HOST}", f"--port={self._port}", "--max-connections=200"]
        command += ["--table-open-cache=400"]  # Keeps it below the limit of open files.
        command += [f"--socket={self._folder}/socket", f"--log-error={self._folder}/log"]
        self._process = subprocess.Popen(command, **running_as(USER))
        wait_for(self._port)
        self._execute(f"CREATE DATABASE IF NOT EXISTS {NAME} CHARACTER SET utf8mb4")

    def stop(self):
        self._process.kill()
        self._process.wait()

    def restart(self, mode):
        """Restart it: ``fast`` aborts all transactions, ``immediate`` is a crash with recovery."""
        if mode == "fast":
            self._process.terminate()
            self._process.wait()
        else:
            self.stop()
        self.start()

    def cut_connections(self):
        """Kill every other connection, and return how many."""
        others = "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()"
        killed = self._execute(f"{others} AND command <> 'Daemon'")
        for (number,) in killed:
            self._execute(f"BEGIN NOT ATOMIC {IGNORE_UNKNOWN_THREAD} KILL CONNECTION {number}; END")
        return len(killed)

    def _execute(self, sql):
        import MySQLdb

        connection = MySQLdb.connect(host=HOST, port=self._port, user="root")
        try:
            cursor = connection.cursor()
            cursor.execute(sql)
            return cursor.fetchall()
        finally:
            connection.close()
