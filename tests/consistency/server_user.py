"""The user that database servers run as, since they refuse to run as root."""

from __future__ import annotations

import os
import shutil


def make_folder(user, folder):
    """Create ``folder`` for a server that runs as ``user``."""
    folder.mkdir()
    if _is_root():
        shutil.chown(folder, user, user)
    return folder


def running_as(user):
    """Return arguments of :mod:`subprocess` to run as ``user``, in a folder that it may enter."""
    switch = {"user": user, "group": user, "extra_groups": []} if _is_root() else {}
    return {"cwd": "/", **switch}


def _is_root():
    return os.geteuid() == 0
