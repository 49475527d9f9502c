"""From what the network shows to posts, as one account of ours sees them.

Law: pure, and survives whatever a record holds. No likes and no counts leave this room.
"""

from datetime import UTC, datetime
from typing import Final

from services.model.accounts import SignedIn
from services.model.ids import NetworkName, PersonId, PostId, ThreadId
from services.model.people import Account, Author
from services.model.posts import Post, PostState, Reach, Relation
from services.model.words import NOTHING, Safe
from services.networks.bluesky.facets import marked, with_whole_links
from services.networks.bluesky.media import media_of, quote_of, warning_of
from services.networks.bluesky.names import (
    author_of_uri,
    moment_of,
    page_of,
    person_of,
    place_of,
    written_at,
)
from services.networks.bluesky.wire import (
    MENTION,
    TAG,
    Actor,
    Facet,
    PostView,
    Record,
    ReplyRef,
    StoredRecord,
    part,
    parts,
)
from services.text.clean import clean, clean_line
from services.text.marks import find_links, find_tags

_TAGS_AT_MOST: Final = 10
_NAMES_AT_MOST: Final = 50
_LANGUAGE_CHARS: Final = 35
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


def account_of(who: SignedIn) -> Account:
    """Name our account."""
    return Account(
        who.id, NetworkName.BLUESKY, Author(person_of(who.remote_id), who.handle, who.name)
    )


def author_of(actor: Actor) -> Author:
    """Name somebody; where their handle is not to be had, by what never changes."""
    handle = clean_line(f"@{actor.handle}" if actor.handle else actor.did)
    return Author(person_of(actor.did), handle, clean_line(actor.display_name or "") or handle)


def time_of(view: PostView) -> datetime:
    """Say when a post was written: as it says itself, but not after the network saw it."""
    said, seen = moment_of(view.record.created_at), moment_of(view.indexed_at)
    moments = [moment for moment in (said, seen) if moment is not None]
    return min(moments) if moments else written_at(view.uri) or _BEGINNING


def reply_of(view: PostView) -> ReplyRef | None:
    """Give what a post answers; ``None`` where it answers nothing."""
    reply = part(view.record.reply, ReplyRef)
    return reply if reply and place_of(reply.parent.uri) and place_of(reply.root.uri) else None


def post_of(view: PostView, us: Account) -> Post | None:
    """Make a post of a view; ``None`` where its address is none."""
    place = place_of(view.uri)
    if place is None:
        return None
    reply, author = reply_of(view), author_of(view.author)
    facets = parts(view.record.facets, Facet)
    body = clean(with_whole_links(view.record.text, facets))
    answers = None if reply is None else author_of_uri(reply.parent.uri)
    quotes = quote_of(view)
    mentioned = _mentioned(view.record, facets)
    return Post(
        id=PostId(view.uri),
        account=us.id,
        network=NetworkName.BLUESKY,
        thread=ThreadId(view.uri if reply is None else reply.root.uri),
        parent=None if reply is None else PostId(reply.parent.uri),
        answers=answers,
        author=author,
        body=body,
        created_at=time_of(view),
        relation=_relation(us, author.person, answers, quotes, mentioned),
        reach=Reach.PUBLIC,
        url=page_of(place, view.author.handle),
        tags=_tags(view.record, facets, body),
        links=find_links(body),
        warning=warning_of(view),
        language=_language(view.record),
        media=media_of(view.embed),
        quotes=quotes,
        names=_names(mentioned, us),
        can_be_quoted=view.viewer is not None and not view.viewer.embedding_disabled,
    )


def stored_post(stored: StoredRecord, us: Account) -> Post | None:
    """Make a post of a record of our own repository."""
    did = us.author.person.partition(":")[2]
    handle = us.author.handle.removeprefix("@")
    author = Actor(did=did, handle=handle, display_name=us.author.name)
    return post_of(PostView(uri=stored.uri, author=author, record=stored.value, cid=stored.cid), us)


def sign_of(
    uri: str, thread: ThreadId, parent: PostId | None, state: PostState, us: Account
) -> Post | None:
    """Make what stands in a thread for a post that we are not shown; ``None`` of no address."""
    place = place_of(uri)
    if place is None:
        return None
    did = clean_line(place.did)
    return Post(
        id=PostId(uri),
        account=us.id,
        network=NetworkName.BLUESKY,
        thread=thread,
        parent=parent,
        answers=None if parent is None else author_of_uri(parent),
        author=Author(person_of(place.did), did, did),
        body=NOTHING,
        created_at=written_at(uri) or _BEGINNING,
        relation=Relation.AROUND,
        reach=Reach.PUBLIC,
        state=state,
    )


def _mentioned(record: Record, facets: tuple[Facet, ...]) -> tuple[tuple[str, str], ...]:
    """Give whom a text names: as it stands there, and who that is."""
    found = marked(record.text, facets)
    return tuple((piece, one.did) for piece, one in found if one.type == MENTION and one.did)


def _relation(
    us: Account,
    author: PersonId,
    answers: PersonId | None,
    quotes: PostId | None,
    mentioned: tuple[tuple[str, str], ...],
) -> Relation:
    ours = us.author.person
    if author == ours:
        return Relation.OURS
    quoted = None if quotes is None else author_of_uri(quotes)
    named = {person_of(did) for _, did in mentioned}
    return Relation.TO_US if ours in {answers, quoted, *named} else Relation.AROUND


def _names(mentioned: tuple[tuple[str, str], ...], us: Account) -> tuple[Safe, ...]:
    others = (
        clean_line(piece)
        for piece, did in mentioned
        if person_of(did) != us.author.person and piece.startswith("@")
    )
    return tuple(dict.fromkeys(others))[:_NAMES_AT_MOST]


def _tags(record: Record, facets: tuple[Facet, ...], body: Safe) -> tuple[Safe, ...]:
    told = [one.tag for _, one in marked(record.text, facets) if one.type == TAG]
    tags = [clean_line(tag.lower()) for tag in (*told, *(record.tags or ()))]
    return tuple(dict.fromkeys(tag for tag in (*tags, *find_tags(body)) if tag))[:_TAGS_AT_MOST]


def _language(record: Record) -> str:
    language = next(iter(record.langs or ()), "")
    is_one = language.replace("-", "").isalnum() and language.isascii()
    return language if is_one and len(language) <= _LANGUAGE_CHARS else ""
