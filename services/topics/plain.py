"""Rows of what does not break: what people speak of, what publishers carry, what trends.

Law: pure. What breaks already is not listed a second time under another name.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from services.model.topics import TopicKind
from services.text.clean import clean_line
from services.topics.carried import Carried, keys_of
from services.topics.outbreaks import Outbreak, persons_of, said_by
from services.topics.talk import PostKey, Said, Subject, Summary, title_of
from services.topics.trends import TrendingTag, tag_key
from services.topics.values import SHOWN_AT_MOST, PostItem, Ranked
from services.topics.yours import Spoken

_HALF = 2
"""Of the posts that show something, so many make a tag of theirs a name of it."""

Plain = Subject | Carried | TrendingTag


class Covered:
    """What is in the list already, as something that breaks, or was set aside."""

    def __init__(self, outbreaks: Iterable[Outbreak], aside: Iterable[Outbreak] = ()) -> None:
        """Know the tags, links, stories and posts of these."""
        self._names: set[str] = set()
        """Tags that are names of what breaks."""
        self._tags: set[str] = set()
        """These, and those that half of what shows it bears."""
        self._links: set[str] = set()
        self._stories: set[int] = set()
        self._posts: set[PostKey] = set()
        self._aside: dict[str, datetime] = {}
        """Tags that are names of what was set aside, and since when it is spoken of."""
        for one in outbreaks:
            self._put(one)
            self._names |= _tags_of(one)
            borne = Counter(tag_key(tag) for item in _items_of(one) for tag in set(item.tags))
            self._tags.update(
                tag for tag, count in borne.items() if count * _HALF >= len(one.shown)
            )
        self._tags |= self._names
        for one in aside:
            self._put(one)
            self._aside |= dict.fromkeys(_tags_of(one), one.first_at)

    def _put(self, one: Outbreak) -> None:
        if one.story is not None:
            self._stories.add(id(one.story))
        if one.burst is not None:
            self._links.update(one.burst.links)
        self._posts.update((item.account, item.id) for item in _items_of(one))

    def has_tag(self, key: str) -> bool:
        """Tell whether a tag, in one form, is part of it."""
        return key in self._tags or key in self._aside

    def has_story(self, carried: Carried) -> bool:
        """Tell whether a story is."""
        return id(carried) in self._stories

    def has(self, subject: Subject, summary: Summary) -> bool:
        """Tell whether what people speak of is."""
        match subject.kind:
            case TopicKind.TAG:
                return subject.tag in self._tags or self._has_most(subject.tag or "", summary)
            case TopicKind.LINK:
                return subject.link in self._links
            case _:
                return (summary.root.account, summary.root.id) in self._posts

    def _has_most(self, tag: str, summary: Summary) -> bool:
        """Tell whether a tag stands mostly on what breaks, or on what was set aside."""
        since = self._aside.get(tag)
        if since is not None:
            lately = sum(one.item.created_at >= since for one in summary.counted)
            return lately * _HALF > len(summary.counted)
        if not self._names:
            return False
        items = [one.item for one in summary.counted[-SHOWN_AT_MOST:]]
        part = sum(not self._names.isdisjoint(map(tag_key, item.tags)) for item in items)
        return part * _HALF > len(items)


def _tags_of(one: Outbreak) -> set[str]:
    """Give the tags that something is called by."""
    names = () if one.burst is None else one.burst.names
    return {tag_key(name[1:]) for name in names if name.startswith("#")}


def _items_of(one: Outbreak) -> list[PostItem]:
    """Give the posts that show it and are kept."""
    return [] if one.burst is None else [post.item for post in one.shown if isinstance(post, Said)]


def source_of(row: Plain) -> object:
    """Give what a row is made of: while it is the same object, the row says the same."""
    match row:
        case Subject():
            return row.summary
        case Carried():
            return row
        case TrendingTag():
            return row.ranked
        case _:
            assert_never(row)


def ranked_of(row: Plain) -> Ranked:
    """Give what a row says."""
    match row:
        case Subject():
            return _of_subject(row)
        case Carried():
            return row.ranked()
        case TrendingTag():
            return row.ranked
        case _:
            assert_never(row)


def spoken_of(row: Plain, ranked: Ranked) -> Spoken:
    """Give what a row is judged by."""
    match row:
        case Subject():
            counted = row.summary.counted[-SHOWN_AT_MOST:] if row.summary else ()
            tags = () if row.tag is None else (row.tag,)
            return _spoken(ranked, tags, said_by(counted), persons_of(counted))
        case Carried():
            titles = [item.title for item in row.headlines[:SHOWN_AT_MOST]]
            posts = row.posts[-SHOWN_AT_MOST:]
            return _spoken(ranked, (), (*titles, *said_by(posts)), persons_of(posts))
        case TrendingTag():
            return _spoken(ranked, (row.key,), (), ())
        case _:
            assert_never(row)


def spoken_of_outbreak(one: Outbreak, adult_share: float) -> Spoken:
    """Give what something that breaks is judged by."""
    titles: list[str] = []
    names: tuple[str, ...] = ()
    title = ""
    posts = one.shown
    if one.burst is not None:
        names, title = one.burst.names, one.burst.label
    if one.story is not None:
        titles = [item.title for item in one.story.headlines[:SHOWN_AT_MOST]]
        title = titles[0]
        posts = (*posts, *one.story.posts[-SHOWN_AT_MOST:])
    tags = tuple(name[1:] for name in names if name.startswith("#"))
    bodies = (*titles, *said_by(posts))
    persons = tuple(dict.fromkeys(persons_of(posts)))
    return Spoken(title, names, tags, bodies, persons, adult_share)


def _spoken(
    ranked: Ranked, tags: tuple[str, ...], bodies: tuple[str, ...], persons: tuple[str, ...]
) -> Spoken:
    return Spoken(ranked.title, (), tags, bodies, tuple(dict.fromkeys(persons)))


def _of_subject(subject: Subject) -> Ranked:
    summary = subject.summary
    if summary is None:
        raise ValueError(subject.id)  # what is no topic stands nowhere
    first, root = summary.first, summary.root
    return Ranked(
        id=subject.id,
        kind=subject.kind,
        account=subject.account,
        network=first.network,
        title=title_of(subject, summary),
        lead=str(clean_line(first.body)),
        people=summary.people,
        posts=len(summary.counted),
        first_at=summary.first_at,
        last_at=summary.last_at,
        reach=first.reach,
        root=root.id,
        is_grave=any(one.is_grave for one in summary.counted),
        url=subject.key if subject.kind is TopicKind.LINK else None,
        publishers=(),
        speed=None,
        post_keys=keys_of(summary.counted),
        headline_ids=(),
    )
