"""A token of OAuth Toolkit as the stores and services know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.core.checks import CheckMessage
from django.db.models import Max, Q
from django.utils import timezone
from oauth2_provider.settings import oauth2_settings

from token_revocation.adapters import TokenAdapter
from token_revocation.clock import aware, native, now
from token_revocation.contrib.oauth2_provider import checks, facts, id_tokens, stored
from token_revocation.contrib.oauth2_provider.families import living_relatives
from token_revocation.tokens import TokenRef


class OAuth2ProviderAdapter(TokenAdapter):
    """OAuth Toolkit's access and refresh tokens, by their checksum; ID tokens, by their ``jti``."""

    kind = "oauth2_provider"
    subject_types = ("user", "client", "session")

    @property
    def admin_models(self) -> tuple[str, ...]:
        """The models of access, refresh and ID tokens."""
        return stored.labels()

    @property
    def stored_in(self) -> tuple[str, ...]:
        """The same."""
        return self.admin_models

    @property
    def lifetime(self) -> timedelta | None:
        """For ever, without ``REFRESH_TOKEN_EXPIRE_SECONDS``; else it asks the database too."""
        after = facts.refresh_lifetime()
        if after is None:
            return None
        latest = stored.rows(stored.models()[0]).aggregate(latest=Max("expires"))["latest"]
        bounds = [facts.seconds(oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS)]
        bounds += [aware(latest) - now()] if latest else []
        return max(bounds) + after

    def identify(self, token: Any) -> TokenRef:
        """Of an access, refresh or ID token; asks the database only for what is not loaded."""
        return TokenRef(
            kind=self.kind,
            identifier=facts.identifier(token),
            subjects=tuple(facts.subjects(token)),
            issued_at=aware(token.created),
            expires_at=facts.expires_at(token),
        )

    def identify_many(self, tokens: Sequence[Any]) -> Iterable[TokenRef]:
        facts.load(tokens)
        return [self.identify(token) for token in tokens]

    def read(self, raw: str) -> TokenRef | None:
        return next(iter(self.read_many([raw])), None)

    def read_many(self, raws: Sequence[str]) -> Iterable[TokenRef]:
        found = stored.find([stored.checksum(raw) for raw in raws])
        return [*map(self.identify, found), *self.identify_many(id_tokens.find(raws))]

    def active_tokens(self, user: Any) -> Iterable[TokenRef]:
        """The access token of each authorization, or its refresh token once that has expired."""
        refresh = stored.bound_query_name()
        refreshable = Q(**{f"{refresh}__isnull": False, f"{refresh}__revoked": None})
        tokens = stored.access_tokens().filter(user_id=user.pk)
        tokens = tokens.filter(Q(expires__gt=timezone.now()) | refreshable)
        refs = map(self.identify, map(_usable, tokens))
        return [ref for ref in refs if not ref.is_expired(now())]

    def relatives(self, token: TokenRef) -> Iterable[TokenRef]:
        """Access, refresh and ID token of one authorization end together (RFC 7009, 2.1)."""
        return self.relatives_many([token])

    def relatives_many(self, tokens: Sequence[TokenRef]) -> Iterable[TokenRef]:
        named = {token.key for token in tokens}
        refs = map(self.identify, living_relatives([token.identifier for token in tokens]))
        return [ref for ref in refs if ref.key not in named]

    def destroy(self, token: TokenRef) -> None:
        self.destroy_many([token])

    def destroy_many(self, tokens: Sequence[TokenRef]) -> None:
        """As OAuth Toolkit revokes: refresh tokens are marked, all others deleted."""
        access, refresh, id_token = map(stored.rows, stored.models())
        names = [token.identifier for token in tokens]
        moment = native(now())
        # In the order in which OAuth Toolkit locks them.
        marked = refresh.filter(token_checksum__in=names, revoked=None)
        marked.update(revoked=moment, updated=moment)
        access.filter(token_checksum__in=names).delete()
        jtis = stored.jtis(names)
        if jtis:
            id_token.filter(jti__in=jtis).delete()

    def claims(self, token: Any) -> Mapping[str, Any]:
        audience = getattr(token, "resource", None)
        return {"scope": token.scope, **({"aud": audience} if audience else {})}

    def check(self) -> list[CheckMessage]:
        return list(checks.messages())


def _usable(access_token: Any) -> Any:
    expired = aware(access_token.expires) <= now()
    if not expired:
        return access_token
    refresh_token = stored.bound_refresh_token(access_token)
    refresh_token.access_token = access_token
    refresh_token.application = access_token.application
    return refresh_token
