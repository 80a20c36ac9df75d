"""The classes of the recipes, where settings can name them."""

from __future__ import annotations

from tests.recipes.blocks import module_of

RevocableJWTCookieAuthentication = module_of("dj-rest-auth").RevocableJWTCookieAuthentication
