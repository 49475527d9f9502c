"""Where a text can go: targets made from what somebody is looking at, and what they inherit. Pure.

Law: a reply is never wider than what it answers; what its author chose before is theirs again.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from services.model.ids import AccountId, NetworkName
from services.model.limits import Capabilities
from services.model.people import Account
from services.model.posts import Post, Reach
from services.model.queue import Queued
from services.model.sending import Send, Target, TargetKind
from services.model.topics import Topic
from services.model.waiting import Waiting
from services.text.warnings import without_filters

_NAMES_WHOM_IT_ANSWERS = frozenset({NetworkName.MASTODON})
"""Networks on which nobody hears of a reply that does not name them."""


def reply_to_waiting(account: Account, waiting: Waiting) -> Target:
    """Answer somebody who waits."""
    return Target(
        kind=TargetKind.REPLY,
        account=account.id,
        network=account.network,
        reach=waiting.reach,
        as_handle=account.author.handle,
        thread=waiting.thread,
        post=waiting.post,
        person=waiting.author.person,
        to_name=waiting.author.name,
    )


def reply_to_post(account: Account, post: Post, topic: Topic | None = None) -> Target:
    """Answer whoever wrote a post, perhaps one that was found in a topic."""
    return Target(
        kind=TargetKind.REPLY,
        account=account.id,
        network=account.network,
        reach=post.reach,
        as_handle=account.author.handle,
        thread=post.thread,
        post=post.id,
        person=post.author.person,
        to_name=post.author.name,
        topic=None if topic is None else topic.id,
    )


def about_topic(account: Account, topic: Topic) -> Target:
    """Say something of our own about a topic."""
    return Target(
        kind=TargetKind.TOPIC,
        account=account.id,
        network=account.network,
        reach=topic.reach,
        as_handle=account.author.handle,
        to_name=topic.title,
        topic=topic.id,
    )


def new_post(account: Account, reach: Reach) -> Target:
    """Begin something new."""
    return Target(
        kind=TargetKind.NEW,
        account=account.id,
        network=account.network,
        reach=reach,
        as_handle=account.author.handle,
    )


def quoting(account: Account, reach: Reach, post: Post) -> Target:
    """Begin something new that quotes a post; one that is for few is shown to no more by it."""
    if post.reach.width < Reach.UNLISTED.width:
        reach = min(reach, post.reach, key=lambda one: one.width)
    return replace(new_post(account, reach), quotes=post.id, to_name=post.author.name)


def edit_of(account: Account, post: Post) -> Target:
    """Put other words in the place of a post of ours."""
    return Target(
        kind=TargetKind.EDIT,
        account=account.id,
        network=account.network,
        reach=post.reach,
        as_handle=account.author.handle,
        thread=post.thread,
        warning=without_filters(post.warning),
        language=post.language,
        edits=post.id,
    )


def said_by_hand(account: Account, queued: Queued) -> Target:
    """Say now what another tool has queued."""
    begun = new_post(account, queued.reach)
    return replace(begun, warning=queued.warning, queued=queued.id)


def as_answered(target: Target, post: Post, capabilities: Capabilities) -> Target:
    """Give a reply what it takes over from the post that it answers."""
    reach = min(target.reach, post.reach, key=lambda one: one.width)
    warning = target.warning or (without_filters(post.warning) if capabilities.can_warn else "")
    return replace(target, reach=reach, warning=warning)


def as_kept(target: Target, kept: Target) -> Target:
    """Give a target what its author had chosen for it before; nothing of it grows wider."""
    return replace(
        target,
        reach=min(target.reach, kept.reach, key=lambda one: one.width),
        warning=kept.warning,
        language=kept.language,
        pictures=kept.pictures,
        quotes=kept.quotes,
    )


def reaches_for(widest: Reach, capabilities: Capabilities) -> tuple[Reach, ...]:
    """Give among which reaches one can choose, the widest first; a single one is no choice."""
    if widest is Reach.DIRECT:
        return (Reach.DIRECT,)
    narrower = tuple(one for one in capabilities.reaches if one.width <= widest.width)
    return narrower or (widest,)


def next_reach(reach: Reach, among: tuple[Reach, ...]) -> Reach:
    """Give the next narrower one, and after the narrowest the widest."""
    return among[(among.index(reach) + 1) % len(among)] if reach in among else among[0]


def names_before(target: Target, post: Post, ours: str) -> str:
    """Give whom a reply names before its first word: whoever is answered, and who was named there.

    Empty on networks on which a reply finds its people without.
    """
    if target.kind is not TargetKind.REPLY or target.network not in _NAMES_WHOM_IT_ANSWERS:
        return ""
    named = dict.fromkeys((post.author.handle, *post.names))
    us = ours.casefold()
    return "".join(f"{name} " for name in named if name.casefold() != us)


def language_of(said: Iterable[Send], account: AccountId) -> str:
    """Give the language that an account spoke last; ``said`` is newest first."""
    return next((one.target.language for one in said if one.target.account == account), "")
