"""Where a text can go: targets made from what somebody is looking at. Pure."""

from services.model.people import Account
from services.model.posts import Post, Reach
from services.model.sending import Target, TargetKind
from services.model.topics import Topic
from services.model.waiting import Waiting


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
