"""Posts and headlines as the engine takes them: plain texts, which alone go over a pipe. Pure."""

from services.model.headlines import FeedId, Headline
from services.model.ids import NetworkName
from services.model.posts import Post
from services.topics.values import HeadlineItem, PostItem

PARAGRAPH_AT_MOST = 400
"""Characters of a publisher's own words; of more nobody sees anything in a list."""


def item_of_post(post: Post) -> PostItem:
    """Give what the engine is told of a post."""
    return PostItem(
        account=post.account,
        network=post.network,
        id=post.id,
        thread=str(post.thread),
        parent=post.parent,
        person=str(post.author.person),
        body=str(post.body),
        tags=tuple(map(str, post.tags)),
        links=tuple(map(str, post.links)),
        relation=post.relation,
        reach=post.reach,
        created_at=post.created_at,
    )


def item_of_headline(headline: Headline) -> HeadlineItem:
    """Give what the engine is told of a headline."""
    return HeadlineItem(
        id=headline.id,
        feed=headline.feed,
        network=headline.network,
        publisher=str(headline.publisher),
        title=str(headline.title),
        paragraph=str(headline.paragraph)[:PARAGRAPH_AT_MOST],
        url=None if headline.url is None else str(headline.url),
        published_at=headline.published_at,
        seen_at=headline.seen_at,
        speed=headline.speed,
        trends_on=trending_on(headline.network, headline.feed),
    )


def trending_on(network: NetworkName, feed: FeedId) -> str | None:
    """Name where people talk about a headline; ``None`` where somebody carries it."""
    match network:
        case NetworkName.BLUESKY:
            return "Bluesky"
        case NetworkName.MASTODON:
            return feed.partition(":")[2]
        case _:
            return None
