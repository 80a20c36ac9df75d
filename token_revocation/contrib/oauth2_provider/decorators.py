"""OAuth Toolkit's decorators with a validator that rejects revoked tokens.

The original decorators do not use ``OAUTH2_VALIDATOR_CLASS``.
"""

from __future__ import annotations

from functools import partial

from oauth2_provider import decorators

from token_revocation.contrib.oauth2_provider.validators import RevocableOAuth2Validator

protected_resource = partial(decorators.protected_resource, validator_cls=RevocableOAuth2Validator)
protected_resource_metadata = partial(
    decorators.protected_resource_metadata, validator_cls=RevocableOAuth2Validator
)
rw_protected_resource = partial(
    decorators.rw_protected_resource, validator_cls=RevocableOAuth2Validator
)
rw_protected_resource_metadata = partial(
    decorators.rw_protected_resource_metadata, validator_cls=RevocableOAuth2Validator
)
