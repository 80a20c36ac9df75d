"""A Redis of our own, that may be killed, emptied, stopped and filled."""

from __future__ import annotations

import signal
import subprocess
from contextlib import suppress

import redis

from example_project.demo.server import free_port
from tests.stores.cache_servers import HOST, REDIS, wait_for

ROOM = 4 * 1024 * 1024
"""Bytes above what Redis itself needs: little, so that it is soon full."""


class Redis:
    """On a free port, always the same; nothing survives its end."""

    def __init__(self):
        self._port = free_port()
        self._client = redis.Redis(port=self._port, socket_timeout=2)

    @property
    def url(self):
        return f"redis://{HOST}:{self._port}/0"

    def start(self):
        command = [*REDIS, str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_for(self._port)

    def kill(self):
        self._process.kill()
        self._process.wait()

    def restart(self):
        self.kill()
        self.start()

    def freeze(self):
        """It takes connections, and answers nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def flush(self):
        self._client.flushall()

    def limit(self, policy):
        """From now on it is full when there is a little more in it."""
        used = self._client.info("memory")["used_memory"]
        self._client.config_set("maxmemory-policy", policy)
        self._client.config_set("maxmemory", used + ROOM)

    def fill(self, number):
        """Write a mebibyte that others must make room for; whether the policy did not let it in."""
        with suppress(redis.ResponseError):  # Out of memory.
            pipeline = self._client.pipeline(transaction=False)
            for part in range(64):
                pipeline.set(f"filling:{number}:{part}", b"x" * 16384)
            pipeline.execute()
            return False
        return True

    def evicted(self):
        """How many keys have made room since it was started."""
        return self._client.info("stats")["evicted_keys"]
