"""Posts and headlines as the engine takes them: plain texts, which alone go over a pipe. Pure."""

from datetime import UTC, datetime

from services.model.headlines import FeedId, Headline
from services.model.ids import AccountId, NetworkName, PostId
from services.model.posts import Post
from services.topics.bursts import Heard
from services.topics.values import HeadlineItem, PostItem, StreamPost

PARAGRAPH_AT_MOST = 400
"""Characters of a publisher's own words; of more nobody sees anything in a list."""

_NAMES = {
    NetworkName.COMMONS: "this box",
    NetworkName.PRACTICE: "the cast",
    NetworkName.MASTODON: "Mastodon",
    NetworkName.BLUESKY: "Bluesky",
    NetworkName.WORDPRESS: "WordPress",
    NetworkName.HACKERNEWS: "Hacker News",
    NetworkName.FEEDS: "feeds",
}


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


def key_of_post(account: AccountId, post: PostId) -> str:
    """Name a post of one of our accounts' networks, as the social lane knows it."""
    return f"{account}\n{post}"


def read_key(key: str) -> tuple[AccountId, PostId] | None:
    """Give whose and which post a key names; ``None`` for one of a firehose."""
    account, cut, post = key.partition("\n")
    return (AccountId(account), PostId(post)) if cut else None


def heard_of_post(item: PostItem) -> Heard:
    """Give what the social lane is told of a post that is kept."""
    return Heard(
        key=key_of_post(item.account, item.id),
        author=item.person,
        body=item.body,
        tags=item.tags,
        links=item.links,
        source=source_name(item.network),
        at_s=item.created_at.timestamp(),
    )


def heard_of_stream(post: StreamPost) -> Heard:
    """Give what the social lane is told of a post of a firehose."""
    return Heard(
        key=post.key,
        author=f"{post.network.value}:{post.person}" if post.person else "",
        body=post.body,
        tags=post.tags,
        links=post.links,
        source=post.source,
        at_s=post.created_at.timestamp(),
    )


def stream_of_heard(heard: Heard, *, is_adult: bool) -> StreamPost:
    """Give a post of a firehose, as far as the social lane remembers it.

    Who wrote it is read off its address; what else the lane has let go is empty.
    """
    is_bluesky = heard.key.startswith("at://")
    return StreamPost(
        key=heard.key,
        network=NetworkName.BLUESKY if is_bluesky else NetworkName.MASTODON,
        source=heard.source,
        person=_person_of(heard.key),
        body=heard.body,
        tags=heard.tags,
        links=heard.links,
        language="",
        is_adult=is_adult,
        created_at=datetime.fromtimestamp(heard.at_s, UTC),
    )


def _person_of(key: str) -> str:
    """Give who wrote a post of a firehose, as far as its address tells."""
    if key.startswith("at://"):
        return key[len("at://") :].partition("/")[0]
    host, _, rest = key.partition("://")[2].partition("/")
    name = next((part for part in rest.split("/") if part.startswith("@")), "")
    return f"{name[1:]}@{host}" if name else host


def source_name(network: NetworkName) -> str:
    """Give what people call a network."""
    return _NAMES[network]


def trending_on(network: NetworkName, feed: FeedId) -> str | None:
    """Name where people talk about a headline; ``None`` where somebody carries it."""
    match network:
        case NetworkName.BLUESKY:
            return "Bluesky"
        case NetworkName.MASTODON:
            return feed.partition(":")[2]
        case _:
            return None
