"""A server's public timeline as a stream: everything public that it knows of, as it comes.

Law: pure. What is in a message never raises. Boosts are passed over: they are nobody's words.
What stands behind a warning stays behind it: of such a post the warning alone is heard.

Source: docs.joinmastodon.org/methods/streaming, 4.5, 2026-11: ``?stream=public`` of the websocket
at ``/api/v1/streaming``, where a token is needed since 4.2; a message is JSON whose ``payload`` is
JSON again, or the server's id of what was deleted. There is no cursor: what was said while nobody
listened is not told again.
"""

from typing import Final

import msgspec

from services.model.ids import NetworkName
from services.networks.mastodon.convert import body_of, moment_of
from services.networks.mastodon.stream import Manner, places
from services.networks.mastodon.wire import StatusWire, TagWire, each
from services.text.clean import clean, clean_line, clean_url
from services.text.marks import find_links, find_tags
from services.topics.came import OTHER, UNREADABLE, Came, Kind
from services.topics.values import StreamPost

SILENT_S: Final = 600.0
"""On a small server nobody may write for a while; a dead line is noticed by its pings."""
REMEMBERED: Final = 20_000
"""Posts of which it is known what the server calls them, so that a deletion says which is gone:
about what a large server says in a quarter of an hour."""
_FOUND_AT_MOST: Final = 10
_UNREAD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Message(msgspec.Struct, frozen=True):
    """One message of the websocket."""

    event: str = ""
    payload: str = ""


class _Status(StatusWire, frozen=True):
    """A status, and whether its author marks what hangs on it as not for everybody."""

    sensitive: bool | None = None


class PublicTimeline:
    """One server's public timeline."""

    subprotocols: tuple[str, ...] = ()
    silent_s = SILENT_S
    has_cursor = False

    def __init__(self, url: str, source: str, remembered: int = REMEMBERED) -> None:
        """Read from ``url``, under the name ``source``; people without a host are of that one.

        ``remembered`` says of how many posts deletions can be told.
        """
        self._url = url
        self._source = source
        self._messages = msgspec.json.Decoder(_Message)
        self._statuses = msgspec.json.Decoder(_Status)
        self._keys: dict[str, str] = {}
        self._remembered = remembered

    def address(self, cursor_us: int | None) -> str:
        """Give where to open it; there is no going back."""
        del cursor_us
        return self._url

    def read(self, frame: str | bytes) -> Came:
        """Read one message; never raises."""
        try:
            message = self._messages.decode(frame)
            match message.event:
                case "update" | "status.update":
                    return self._came(self._statuses.decode(message.payload))
                case "delete":
                    key = self._keys.pop(message.payload.strip(), None)
                    return OTHER if key is None else Came(Kind.GONE, key)
                case _:
                    return OTHER
        except _UNREAD:
            return UNREADABLE

    def post(self, came: Came) -> StreamPost | None:
        """Make a post of what came, cleaned; ``None`` of no time that is one."""
        status: _Status = came.inside
        created_at = moment_of(status.created_at)
        if created_at is None:
            return None
        return StreamPost(
            key=came.key,
            network=NetworkName.MASTODON,
            source=self._source,
            person=_person(status, self._source),
            body=came.text,
            tags=came.tags,
            links=find_links(clean(came.text)),
            language=next(iter(came.languages), ""),
            is_adult=_is_adult(status),
            created_at=created_at,
        )

    def _came(self, status: _Status) -> Came:
        if status.reblog is not None or status.visibility != "public":
            return OTHER
        key = clean_url(status.url or "") or clean_url(status.uri or "")
        if key is None:
            return UNREADABLE
        self._keys[str(status.id)] = key
        if len(self._keys) > self._remembered:
            del self._keys[next(iter(self._keys))]
        warning = clean_line(status.spoiler_text or "", chars=500)
        body = warning or body_of(status, self._source)
        return Came(
            Kind.POST,
            key,
            text=body,
            tags=_tags(status) or find_tags(body),
            languages=(status.language,) if status.language else (),
            inside=status,
        )


def address_of(server: str, stated: str = "") -> str:
    """Give where a server streams its public timeline: where it says, or else on itself.

    ``server`` is its address without a slash at the end.
    """
    found = (place for place in places(stated, server) if place.manner is Manner.WEBSOCKET)
    place = next(found, None)
    return "" if place is None else f"{place.url.partition('?')[0]}?stream=public"


def _person(status: _Status, host: str) -> str:
    name = status.account.acct.strip().lstrip("@")
    return str(clean_line(name if "@" in name else f"{name}@{host}"))


def _tags(status: _Status) -> tuple[str, ...]:
    said = (str(clean_line(one.name.lstrip("#"))) for one in each(status.tags, TagWire))
    return tuple({tag.casefold(): tag for tag in said if tag}.values())[:_FOUND_AT_MOST]


def _is_adult(status: _Status) -> bool:
    """Tell whether what hangs on it is not for everybody.

    A server says of each post with a warning that it is sensitive; without media that is no more
    than the warning.
    """
    return bool(status.sensitive) and bool(status.media_attachments)
