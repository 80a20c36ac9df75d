"""A MariaDB server of our own, that may be restarted and cut off."""

from __future__ import annotations

import shutil
import subprocess

from example_project.demo.server import free_port
from tests.consistency.server_user import owned_by, running_as
from tests.servers import give_up
from tests.stores.cache_servers import HOST, wait_for

USER = "mysql"
NAME = "consistency"

IGNORING = "DECLARE CONTINUE HANDLER FOR 1094 DO NULL;"
"""No such connection: it may have ended by itself."""


class MariaDB:
    """Its data in ``folder``, on a free port. It commits as durably as one does by default."""

    def __init__(self, folder):
        if shutil.which("mariadb-install-db") is None:
            give_up("The server of MariaDB is not installed.")
        self._folder = owned_by(USER, folder / "mariadb")
        self._port = free_port()
        install = ["mariadb-install-db", "--no-defaults", f"--datadir={self._folder}"]
        install += ["--auth-root-authentication-method=normal", "--skip-test-db"]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL, **running_as(USER))

    @property
    def settings(self):
        """As one of ``DATABASES``. Connections persist, so that there is something to cut."""
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
        command += ["--table-open-cache=400"]  # It asks for no more files than it may have.
        command += [f"--socket={self._folder}/socket", f"--log-error={self._folder}/log"]
        self._process = subprocess.Popen(command, **running_as(USER))
        wait_for(self._port)
        self._say(f"CREATE DATABASE IF NOT EXISTS {NAME} CHARACTER SET utf8mb4")

    def stop(self):
        self._process.kill()
        self._process.wait()

    def restart(self, mode):
        """``fast`` cuts every transaction off; ``immediate`` is a crash, and a recovery."""
        if mode == "fast":
            self._process.terminate()
            self._process.wait()
        else:
            self.stop()
        self.start()

    def cut(self):
        """End every connection but the one that says so; how many."""
        others = "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()"
        ended = self._say(f"{others} AND command <> 'Daemon'")
        for (number,) in ended:
            self._say(f"BEGIN NOT ATOMIC {IGNORING} KILL CONNECTION {number}; END")
        return len(ended)

    def _say(self, sql):
        import MySQLdb

        connection = MySQLdb.connect(host=HOST, port=self._port, user="root")
        try:
            cursor = connection.cursor()
            cursor.execute(sql)
            return cursor.fetchall()
        finally:
            connection.close()
