"""A private Redis server that tests can kill, flush, freeze and fill."""

from __future__ import annotations

import signal
import subprocess
from contextlib import suppress

import redis

from example_project.demo.server import free_port
from tests.stores.cache_servers import HOST, REDIS, wait_for

FREE_BYTES = 4 * 1024 * 1024
"""Memory beyond what Redis uses when the limit is set: little, so that it is soon full."""


class Redis:
    """A server on a fixed port, without persistence."""

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
        """Suspend the process: it accepts connections and does not respond."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def flush(self):
        self._client.flushall()

    def limit_memory(self, policy):
        """Limit the memory to little more than is used now."""
        used = self._client.info("memory")["used_memory"]
        self._client.config_set("maxmemory-policy", policy)
        self._client.config_set("maxmemory", used + FREE_BYTES)

    def fill(self, number):
        """Write a mebibyte, and return whether it was rejected for lack of memory."""
        with suppress(redis.ResponseError):  # Out of memory.
            pipeline = self._client.pipeline(transaction=False)
            for part in range(64):
                pipeline.set(f"filler:{number}:{part}", b"x" * 16384)
            pipeline.execute()
            return False
        return True

    def evicted(self):
        """Return how many keys were evicted since the start."""
        return self._client.info("stats")["evicted_keys"]
