"""Caches that fail: some writes, every write, everything, or too late; and one that keeps too much."""

from __future__ import annotations

import pickle
from typing import ClassVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache


class CacheDown(Exception):
    """What a client raises whose server does not answer."""


class ForgetfulCache(LocMemCache):
    """Loses every write without a word."""

    def add(self, *args, **kwargs):
        return False

    def set(self, *args, **kwargs):
        pass


class UnwritableCache(LocMemCache):
    """Raises on every write, like a Redis that is full or a replica."""

    def add(self, *args, **kwargs):
        raise CacheDown

    set = add


class BrokenCache(UnwritableCache):
    """Raises on everything."""

    def get(self, *args, **kwargs):
        raise CacheDown


class HoardingCache(RedisCache):
    """Keeps answers for an hour, however short a time it was told."""

    def add(self, key, value, timeout=None, version=None):
        return super().add(key, value, 3600, version=version)


class LateCache(LocMemCache):
    """Answers on their way to it can be held up, and news can be lost."""

    waiting: ClassVar[list | None] = None
    """Additions held up; ``None`` lets them through."""

    deaf: ClassVar[bool] = False
    """Whether what is set is lost."""

    def add(self, *args, **kwargs):
        if self.waiting is None:
            return super().add(*args, **kwargs)
        self.waiting.append((args, kwargs))
        return True

    def set(self, *args, **kwargs):
        if not self.deaf:
            super().set(*args, **kwargs)

    @classmethod
    def hold(cls):
        """From now on additions wait."""
        cls.waiting = []

    def deliver(self):
        """What waits arrives."""
        arriving, type(self).waiting = self.waiting or [], None
        for args, kwargs in arriving:
            self.add(*args, **kwargs)

    def evict(self, value):
        """Drop every entry that holds ``value`` and no other, as a full cache may."""
        unwanted = pickle.dumps(value, self.pickle_protocol)
        with self._lock:
            for key in [key for key, held in self._cache.items() if held == unwanted]:
                self._delete(key)
