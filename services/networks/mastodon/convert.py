"""From statuses to posts.

Law: pure, and survives anything that a status holds. No boost and no count leaves this room.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Final

import msgspec

from services.model.ids import AccountId, NetworkName, PersonId, PostId, ThreadId
from services.model.people import Author
from services.model.posts import Medium, MediumKind, Post, Reach, Relation
from services.model.words import NOTHING, Safe
from services.networks.mastodon.wire import (
    AccountWire,
    ApprovalWire,
    CardWire,
    FilteredWire,
    MediumWire,
    MentionWire,
    Moment,
    OptionWire,
    PollWire,
    StatusWire,
    TagWire,
    each,
    maybe,
)
from services.text.clean import clean, clean_line, clean_url
from services.text.html import html_to_text
from services.text.marks import FOUND_AT_MOST, find_links, find_mentions, find_tags
from services.text.warnings import BETWEEN_WARNINGS, said_by_filter

MEDIA_AT_MOST: Final = 16
NAMES_AT_MOST: Final = 50
_OPTIONS_AT_MOST = 20
_LATEST_S = 32_503_680_000  # the year 3000: beyond it a number is no moment
_MILLISECONDS_FROM = 1e11
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_NAMED = re.compile(
    r"<a\s([^<>]*+)>\s*+@(?:<span>)?[^<>]{1,400}(?:</span>)?\s*</a>",
    re.IGNORECASE,
)
_HREF = re.compile(r'href="([^"<>]*+)"', re.IGNORECASE)
"""Both in a time that grows with the text and not with its square, however it is written."""
_REACHES = {
    "public": Reach.PUBLIC,
    "unlisted": Reach.UNLISTED,
    "private": Reach.FOLLOWERS,
    "direct": Reach.DIRECT,
}
_KINDS = {
    "image": MediumKind.PICTURE,
    "video": MediumKind.VIDEO,
    "gifv": MediumKind.VIDEO,
    "audio": MediumKind.SOUND,
}


class View(msgspec.Struct, frozen=True):
    """As whom statuses are seen."""

    account: AccountId
    us: PersonId
    our_id: str
    """What the server calls us."""
    host: str
    """What completes the handles of people there."""


def order(name: str) -> tuple[int, str]:
    """Give what sorts ids by age: numbers of any length, and ids of one length by their signs.

    Source: Mastodon's snowflakes, GoToSocial's ULIDs, Pleroma's flakes and snac2's times all sort
    this way, 2026-11; the documents promise nothing.
    """
    return len(name), name


def moment_of(value: Moment | None) -> datetime | None:
    """Read a moment: ISO 8601, or a number of seconds or milliseconds, in a string or not."""
    if value is None or isinstance(value, bool):
        return None
    text = str(value).strip()
    try:
        seconds = float(text)
    except ValueError:
        return _date_of(text)
    if seconds >= _MILLISECONDS_FROM:
        seconds /= 1000
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST_S else None


def reach_of(visibility: str | None) -> Reach:
    """Give who can read it; whatever is new, or is not said, counts as narrow."""
    return _REACHES.get(visibility or "", Reach.FOLLOWERS)


def visibility_of(reach: Reach) -> str:
    """Give the server's word for who may read it; the narrow one where it has none."""
    return next((word for word, known in _REACHES.items() if known is reach), "private")


def person_of(acct: str, host: str) -> PersonId:
    """Name somebody by their whole address."""
    return PersonId(f"{NetworkName.MASTODON}:{_whole(acct, host)}")


def author_of(account: AccountWire, host: str) -> Author:
    """Name whoever wrote."""
    handle = clean_line(f"@{_whole(account.acct, host)}")
    name = clean_line(account.display_name or "") or handle
    return Author(person_of(account.acct, host), handle, name)


def is_hidden(status: StatusWire) -> bool:
    """Whether a filter of ours hides it, or it is no more than a boost."""
    if status.reblog is not None:
        return True
    return any(one.filter.filter_action == "hide" for one in each(status.filtered, FilteredWire))


def people_in(status: StatusWire, host: str) -> dict[str, PersonId]:
    """Give whom the server's ids in it mean."""
    named = {str(one.id): person_of(one.acct, host) for one in each(status.mentions, MentionWire)}
    return named | {str(status.account.id): person_of(status.account.acct, host)}


def post_of(
    status: StatusWire,
    view: View,
    thread: str,
    now: datetime,
    *,
    people: Mapping[str, PersonId] | None = None,
    is_to_us: bool = False,
) -> Post:
    """Make a post of a status that hangs in ``thread``.

    ``people`` tells whom the server's ids mean, beside those that stand in it; ``is_to_us`` says
    that the server told us of it; ``now`` stands in where it has no time.
    """
    body = body_of(status, view.host)
    author = author_of(status.account, view.host)
    mentions = each(status.mentions, MentionWire)
    answers = _answers(status, view, people or {})
    return Post(
        id=PostId(str(status.id)),
        account=view.account,
        network=NetworkName.MASTODON,
        thread=ThreadId(thread),
        parent=None if status.in_reply_to_id is None else PostId(str(status.in_reply_to_id)),
        answers=answers,
        author=author,
        body=body,
        created_at=moment_of(status.created_at) or now,
        relation=_relation(status, view, mentions, is_to_us=is_to_us),
        reach=reach_of(status.visibility),
        url=clean_url(status.url or "") or clean_url(status.uri or ""),
        tags=_tags(status, body),
        links=find_links(body),
        warning=_warning(status),
        language=_language(status.language),
        media=media_of(status),
        quotes=_quotes(status),
        names=_names(mentions, body, view, author),
        edited_at=moment_of(status.edited_at),
        can_be_quoted=_can_be_quoted(status),
    )


def body_of(status: StatusWire, host: str) -> Safe:
    """Give the words of a status, the names and links in them whole, a poll as lines."""
    named = {
        one.url: f"@{_whole(one.acct, host)}"
        for one in each(status.mentions, MentionWire)
        if one.url
    }

    def whole(link: re.Match[str]) -> str:
        href = _HREF.search(link[1])
        return link[0] if href is None else named.get(unescape(href[1]), link[0])

    source = _NAMED.sub(whole, status.content or "")
    words = html_to_text(source)
    poll = maybe(status.poll, PollWire)
    options = () if poll is None else each(poll.options, OptionWire)[:_OPTIONS_AT_MOST]
    lines = "\n".join(f"- {html_to_text(option.title)}" for option in options)
    return clean("\n\n".join(part for part in (words, lines) if part))


def media_of(status: StatusWire) -> tuple[Medium, ...]:
    """Give what hangs on a status, the card of a link last."""
    found = attached(status.media_attachments)
    card = maybe(status.card, CardWire)
    if card is not None:
        found += (Medium(MediumKind.CARD, clean_line(unescape(card.title)), clean_url(card.url)),)
    return found[:MEDIA_AT_MOST]


def attached(media: object) -> tuple[Medium, ...]:
    """Give what was attached, as words and addresses."""
    return tuple(
        Medium(
            _KINDS.get(one.type, MediumKind.OTHER),
            clean(one.description or "", lines=40, chars=1500),
            clean_url(one.url or one.remote_url or ""),
        )
        for one in each(media, MediumWire)[:MEDIA_AT_MOST]
    )


def _date_of(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _whole(acct: str, host: str) -> str:
    """Complete somebody's name with their host."""
    name = acct.strip().lstrip("@")
    return name if "@" in name else f"{name}@{host}"


def _answers(status: StatusWire, view: View, people: Mapping[str, PersonId]) -> PersonId | None:
    if status.in_reply_to_account_id is None:
        return None
    who = str(status.in_reply_to_account_id)
    if who == view.our_id:
        return view.us
    return people_in(status, view.host).get(who) or people.get(who)


def _relation(
    status: StatusWire, view: View, mentions: tuple[MentionWire, ...], *, is_to_us: bool
) -> Relation:
    if str(status.account.id) == view.our_id:
        return Relation.OURS
    named = {str(one.id) for one in mentions}
    answered = str(status.in_reply_to_account_id or "")
    is_ours_to_hear = is_to_us or view.our_id in named or answered == view.our_id
    return Relation.TO_US if is_ours_to_hear else Relation.AROUND


def _tags(status: StatusWire, body: Safe) -> tuple[Safe, ...]:
    said = [clean_line(one.name.lstrip("#").lower()) for one in each(status.tags, TagWire)]
    return tuple(dict.fromkeys(tag for tag in said if tag))[:FOUND_AT_MOST] or find_tags(body)


def _warning(status: StatusWire) -> Safe:
    """Give its author's warning, and before it what our own filters say, marked as ours."""
    ours = [said_by_filter(one.filter.title) for one in each(status.filtered, FilteredWire)]
    theirs = clean_line(status.spoiler_text or "")
    parts = [part for part in (*ours, theirs) if part]
    return clean_line(BETWEEN_WARNINGS.join(parts), chars=500) if parts else NOTHING


def _language(said: str | None) -> str:
    return said if said and _LANGUAGE.fullmatch(said) else ""


def _quotes(status: StatusWire) -> PostId | None:
    """Give what it quotes: 4.4 nests it, others name it."""
    named = status.quote_id
    if isinstance(status.quote, dict):
        inner = status.quote.get("quoted_status")
        nested = inner.get("id") if isinstance(inner, dict) else status.quote.get("id")
        named = status.quote.get("quoted_status_id") or nested or named
    return PostId(str(named)) if isinstance(named, str | int) else None


def _can_be_quoted(status: StatusWire) -> bool:
    """Tell whether our quoting it needs nobody's further leave (entities/QuoteApproval)."""
    approval = maybe(status.quote_approval, ApprovalWire)
    return approval is not None and approval.current_user == "automatic"


def _names(
    mentions: tuple[MentionWire, ...], body: Safe, view: View, author: Author
) -> tuple[Safe, ...]:
    """Give the others that it names; where the server lists none, those with a host in it."""
    said = [f"@{_whole(one.acct, view.host)}" for one in mentions]
    said = said or [name for name in find_mentions(body) if "@" in name[1:]]
    ours = f"@{view.us.partition(':')[2]}".lower()
    # A name in a text ends before the port that a server of one's own may have.
    us = {ours, ours.rpartition(":")[0]}
    others = (clean_line(name, chars=400) for name in said if name.lower() not in us)
    return tuple(dict.fromkeys(one for one in others if one != author.handle))[:NAMES_AT_MOST]
