"""A session with an account's own server: requests under its token, which is renewed in time.

Law: a request that was refused for its token was not carried out, and is sent once more under a
new one; nothing else is repeated. However many need a new token, it is asked for once. What goes
wrong while it is asked for leaves the request itself unsent.

Source: @atproto/pds 0.5.35, 2026-11: access lives two hours, refresh ninety days; an old refresh
token stays good for a while after it was used; ``refreshSession`` refuses any body.
"""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol

from msgspec.structs import replace

from services.clock import Clock
from services.errors import NetworkError, RateLimited, SignedOut, Unreachable
from services.model.accounts import SignedIn
from services.networks.bluesky.refusals import check, is_about_token
from services.networks.bluesky.wire import Claims, SessionView, part, read
from services.secrets import Secret
from services.web.values import JSON_LIMITS, Answer, Method, Request

ACCESS: Final = "access"
REFRESH: Final = "refresh"
RENEWED_BEFORE_S: Final = 60.0

Keep = Callable[[Mapping[str, Secret]], Awaitable[None]]
"""Stores the secrets of the account in place of those before; tells of its own trouble itself."""


class Fetches(Protocol):
    """What of the door is used here."""

    async def fetch(self, request: Request) -> Answer:
        """Fetch and give the whole answer."""


def secrets_of(view: SessionView) -> dict[str, Secret]:
    """Give what is kept of a session."""
    return {ACCESS: Secret(view.access_jwt), REFRESH: Secret(view.refresh_jwt)}


class Session:
    """One account's session; it asks for nothing before it is used."""

    def __init__(
        self,
        who: SignedIn,
        secrets: Mapping[str, Secret],
        door: Fetches,
        clock: Clock,
        keep: Keep,
    ) -> None:
        """Go on with the session that ``secrets`` are of."""
        self._who = who
        self._access = secrets.get(ACCESS)
        self._refresh = secrets.get(REFRESH)
        self._door = door
        self._clock = clock
        self._keep = keep
        self._renewing = asyncio.Lock()
        self._good_until_s = self._by_the_wall()

    async def ask(self, request: Request) -> Answer:
        """Ask under our token; whatever is answered, but for its token.

        Raises:
            SignedOut: the server does not take us any more.
            Unreachable: certainly nothing was asked.
            NetworkError: as ``Door.fetch``.
        """
        if self._clock.monotonic() >= self._good_until_s:
            await self._renew(self._access)
        used = self._access
        answer = await self._door.fetch(self._signed(request, used))
        if not is_about_token(answer):
            return answer
        await self._renew(used)
        answer = await self._door.fetch(self._signed(request, self._access))
        if is_about_token(answer):
            raise self._signed_out()
        return answer

    async def sign_out(self) -> None:
        """Make the server forget the session; not an error when it has already.

        Raises:
            NetworkError: it may still be good there.
        """
        if self._refresh is None:
            return
        answer = await self._door.fetch(
            self._signed(self._post("com.atproto.server.deleteSession"), self._refresh)
        )
        if not is_about_token(answer):
            check(answer)
        self._access = self._refresh = None
        self._good_until_s = 0.0

    async def _renew(self, used: Secret | None) -> None:
        """Get a new token in place of ``used``, unless somebody just did."""
        async with self._renewing:
            if self._access != used:
                return
            if self._refresh is None:
                raise self._signed_out()
            request = self._post("com.atproto.server.refreshSession")
            try:
                answer = await self._door.fetch(self._signed(request, self._refresh))
                if is_about_token(answer):
                    self._refresh = None
                    raise self._signed_out()
                view = read(check(answer), SessionView)
            except (RateLimited, SignedOut, Unreachable):
                raise
            except NetworkError as error:
                # What was to be asked has not been asked: nothing of it is out.
                raise Unreachable(error.what, error.remedy) from error
            kept = secrets_of(view)
            self._access, self._refresh = kept[ACCESS], kept[REFRESH]
            self._good_until_s = self._from_now()
            await self._keep(kept)

    def _post(self, method: str) -> Request:
        url = f"{self._who.server}/xrpc/{method}"
        return Request(
            url=url, method=Method.POST, accept="application/json", limits=JSON_LIMITS,
            is_repeatable=False,
        )  # fmt: skip

    def _signed(self, request: Request, token: Secret | None) -> Request:
        if token is None:
            raise self._signed_out()
        bearer = Secret(f"Bearer {token.reveal()}")
        return replace(request, authorization=bearer, budget=self._who.id)

    def _signed_out(self) -> SignedOut:
        return SignedOut(
            f"Bluesky has signed {self._who.handle} out.", "Sign in again: a in the lobby."
        )

    def _by_the_wall(self) -> float:
        """Say until when a token is good that was given at a moment that is not known."""
        claims = claims_of(self._access)
        if claims is None:
            return float("inf")
        left_s = claims.exp - self._clock.now().timestamp() - RENEWED_BEFORE_S
        return self._clock.monotonic() + left_s

    def _from_now(self) -> float:
        """Say until when a token is good that was given now, however wrong our clock is."""
        claims = claims_of(self._access)
        if claims is None or not claims.iat < claims.exp:
            return float("inf")
        lives_s = max(claims.exp - claims.iat - RENEWED_BEFORE_S, RENEWED_BEFORE_S)
        return self._clock.monotonic() + lives_s


def claims_of(token: Secret | None) -> Claims | None:
    """Read what a token says of itself, unproved; ``None`` where it cannot be read.

    Source: RFC 7519, 3 and RFC 7515, 3.1: three parts of base64url, the second JSON, 2026-11.
    """
    if token is None:
        return None
    pieces = token.reveal().split(".")
    if len(pieces) != 3:  # noqa: PLR2004 - header, claims, signature
        return None
    try:
        claims = base64.urlsafe_b64decode(pieces[1] + "=" * (-len(pieces[1]) % 4))
    except (binascii.Error, ValueError):
        return None
    return part(claims, Claims)
