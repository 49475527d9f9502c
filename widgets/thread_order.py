"""In which order a thread or a topic is read, and how deep each post hangs in it.

Law: pure; every item once, a reply right under what it answers, replies to the same in the order
they came. However deep strangers nest, it is read with a plain loop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.model.headlines import Headline, HeadlineId
from services.model.ids import PostId
from services.model.posts import Post, Relation, Thread
from services.model.topics import OpenTopic

DEPTH_AT_MOST = 6
"""Deeper replies stand no further to the right."""

Item = Headline | Post
"""What the cursor of the reading pane can be on."""

ItemId = HeadlineId | PostId
"""What tells one item of a subject from the others."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is read, in the order it is read."""

    items: tuple[Item, ...] = ()
    depths: tuple[int, ...] = ()
    """Of each item: 0 for what a thread hangs under and for headlines, at most 6."""
    parents: tuple[int | None, ...] = ()
    """Of each item: the index of what it answers, where that is among them."""

    def index_of(self, item: ItemId | None) -> int | None:
        """Give where an item stands."""
        return next((at for at, one in enumerate(self.items) if one.id == item), None)


def order_of(subject: Thread | OpenTopic | None) -> Order:
    """Put what is read in order: headlines by source, then posts; of a thread its tree."""
    match subject:
        case None:
            return Order()
        case OpenTopic(headlines=headlines, posts=posts):
            first = {one.publisher: at for at, one in reversed(tuple(enumerate(headlines)))}
            by_source = sorted(headlines, key=lambda one: first[one.publisher])
            items: tuple[Item, ...] = (*by_source, *posts)
            depths = tuple(int(isinstance(one, Post)) for one in items)
            return Order(items, depths, (None,) * len(items))
        case Thread(posts=posts):
            return _tree(posts)
        case _:
            assert_never(subject)


def begins_at(subject: Thread | OpenTopic | None) -> ItemId | None:
    """Give what the cursor is on first: the earliest headline, or the last word not ours."""
    items = order_of(subject).items
    if not items:
        return None
    if isinstance(items[0], Headline):
        return items[0].id
    posts = [one for one in items if isinstance(one, Post)]
    theirs = [one for one in posts if one.relation is not Relation.OURS]
    if isinstance(subject, Thread):
        return max(theirs or posts, key=lambda one: one.created_at).id
    return (theirs or posts)[-1].id


def _tree(posts: Sequence[Post]) -> Order:
    """Read a thread depth first; what answers nothing that is known hangs under the first."""
    if not posts:
        return Order()
    known = {one.id: one for one in posts}
    under: dict[PostId, list[Post]] = {}
    for one in posts[1:]:
        above = one.parent if one.parent in known and one.parent != one.id else posts[0].id
        under.setdefault(above, []).append(one)
    items: list[Item] = []
    depths: list[int] = []
    parents: list[int | None] = []
    seen: set[PostId] = set()
    # What answers itself in a circle hangs under nothing that is reached; it is read at the end.
    for begins in (posts[0], *posts[1:]):
        todo: list[tuple[Post, int, int | None]] = [(begins, 0 if not items else 1, None)]
        while todo:
            post, depth, above_at = todo.pop()
            if post.id in seen:
                continue
            seen.add(post.id)
            at = len(items)
            items.append(post)
            depths.append(min(depth, DEPTH_AT_MOST))
            parents.append(above_at)
            todo += [(one, depth + 1, at) for one in reversed(under.get(post.id, []))]
    return Order(tuple(items), tuple(depths), tuple(parents))
