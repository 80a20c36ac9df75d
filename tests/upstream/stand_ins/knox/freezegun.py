"""What knox's tests want of freezegun, from the library that ours use."""

from __future__ import annotations

from functools import partial

import time_machine

freeze_time = partial(time_machine.travel, tick=False)
