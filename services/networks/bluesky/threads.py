"""A thread as the network tells it, a tree, laid out as posts.

Law: pure, and does not go deeper than the answer does. What we are not shown has a sign in its
place; of more than 200 posts the first one and the newest are kept.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec

from services.model.ids import PostId, ThreadId
from services.model.people import Account
from services.model.posts import Post, PostState, Thread
from services.networks.bluesky.convert import post_of, sign_of
from services.networks.bluesky.wire import Node, PostView, part, parts

POSTS_AT_MOST: Final = 200
DEPTH: Final = 40
ABOVE: Final = 40


def thread_of(node: Node, thread: ThreadId, us: Account) -> Thread:
    """Lay a thread out, the oldest first, at most 200 posts."""
    posts = _by_age({post.id: post for post in _walk(node, thread, us)})
    if len(posts) > POSTS_AT_MOST:
        first = [post for post in posts if str(post.id) == thread]
        others = [post for post in posts if str(post.id) != thread]
        posts = [*first, *others[-(POSTS_AT_MOST - len(first)) :]]
    return Thread(thread, tuple(posts))


def answers_in(node: Node) -> tuple[PostView, ...]:
    """Give the posts that stand directly under the first one of a thread."""
    below = (part(one.post, PostView) for one in parts(node.replies, Node))
    return tuple(view for view in below if view is not None)


def _by_age(found: Mapping[PostId, Post]) -> list[Post]:
    """Sort by age, but no answer before what it answers, however wrong its author's clock is.

    ``found`` has what is answered before its answers.
    """
    moments: dict[PostId, datetime] = {}
    for post in found.values():
        above = moments.get(post.parent) if post.parent is not None else None
        moments[post.id] = post.created_at if above is None else max(above, post.created_at)
    return sorted(found.values(), key=lambda post: moments[post.id])


def _walk(start: Node, thread: ThreadId, us: Account) -> Iterator[Post]:
    left: list[tuple[Node, PostId | None]] = [(start, None), *_over(start)]
    while left:
        node, above = left.pop()
        post = _post(node, thread, above, us)
        if post is not None:
            yield post
            left += [(one, post.id) for one in parts(node.replies, Node)]


def _over(node: Node) -> list[tuple[Node, PostId | None]]:
    """Give what stands above, each without what stands beside it."""
    found: list[tuple[Node, PostId | None]] = []
    above = part(node.parent, Node)
    while above is not None and len(found) < ABOVE:
        found.append((msgspec.structs.replace(above, replies=None), None))
        above = part(above.parent, Node)
    return found


def _post(node: Node, thread: ThreadId, above: PostId | None, us: Account) -> Post | None:
    view = part(node.post, PostView)
    if view is not None:
        if view.author.is_kept_away:
            return sign_of(view.uri, thread, above, PostState.BLOCKED, us)
        return post_of(view, us)
    if node.blocked or node.type.endswith("#blockedPost"):
        state = PostState.BLOCKED
    elif node.not_found or node.type.endswith("#notFoundPost"):
        state = PostState.DELETED
    else:
        state = PostState.MISSING
    return sign_of(node.uri, thread, above, state, us)
