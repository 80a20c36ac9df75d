"""The part of freezegun that the tests of knox use, implemented with time_machine."""

from __future__ import annotations

from functools import partial

import time_machine

freeze_time = partial(time_machine.travel, tick=False)
