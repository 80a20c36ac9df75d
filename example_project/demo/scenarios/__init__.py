"""The scenarios of ``demo --check``, for the packages that are installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from example_project import swagger as swagger_ui
from example_project.demo.scenarios import authtoken, gateway, jwt, oauth, sessions, swagger
from example_project.demo.scenarios.report import Report, UnexpectedResult
from example_project.kinds import CAN_BE_VERIFIED, JWT, KINDS, OAUTH

__all__ = ["SCENARIOS", "Report", "Scenario", "UnexpectedResult", "authtoken"]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Steps to run against a server at the first URL, and its gateway at the second."""

    run: Callable[[Report, str, str], None]
    is_available: bool = True
    missing: str = ""


SCENARIOS = (
    Scenario(run=lambda report, origin, _: authtoken.run(report, origin)),
    Scenario(run=lambda report, origin, _: sessions.run(report, origin)),
    Scenario(
        run=lambda report, origin, _: jwt.run(report, origin),
        is_available=JWT in KINDS,
        missing="JSON Web Tokens: djangorestframework-simplejwt is not installed",
    ),
    Scenario(
        run=lambda report, origin, _: oauth.run(report, origin),
        is_available=OAUTH in KINDS,
        missing="OAuth Toolkit: django-oauth-toolkit is not installed",
    ),
    Scenario(
        run=lambda report, origin, _: swagger.run(report, origin),
        is_available=swagger_ui.IS_INSTALLED,
        missing="Swagger UI: drf-spectacular or its sidecar is not installed",
    ),
    Scenario(
        run=gateway.run,
        is_available=CAN_BE_VERIFIED,
        missing="the gateway: simplejwt, PyJWT or cryptography is not installed",
    ),
)
