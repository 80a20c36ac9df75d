"""Database servers refuse to run as root: if we are, they run as the user that is theirs."""

from __future__ import annotations

import os
import shutil


def owned_by(user, folder):
    """``folder``, made for a server of ``user``."""
    folder.mkdir()
    if _is_root():
        shutil.chown(folder, user, user)
    return folder


def running_as(user):
    """Arguments of :mod:`subprocess`: from where that user may be, too."""
    own = {"user": user, "group": user, "extra_groups": []} if _is_root() else {}
    return {"cwd": "/", **own}


def _is_root():
    return os.geteuid() == 0
