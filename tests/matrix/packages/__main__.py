"""Measure one project in this process, and print JSON: ``… NAME [--without-check]``."""

from __future__ import annotations

import json
import logging
import sys

from tests.matrix.packages.measurement import Measurement
from tests.matrix.packages.project import set_up
from tests.matrix.packages.projects import PROJECTS
from tests.matrix.packages.routes import uncovered_routes

logging.disable()
project = PROJECTS[sys.argv[1]]
set_up(project)
measurement = Measurement(project)
if "--without-check" in sys.argv:
    measurement.findings = []
result = {
    "cells": measurement.cells(),
    "unreported": measurement.unreported,
    "uncovered_routes": uncovered_routes(project),
}
print(json.dumps(result))
