"""The queue against the news: which posts that wait speak of something that breaks. Pure.

Law: it only tells. Rather nothing than a common word: what breaks is touched by its link, its
tag, a name of two words, a name with one word more, or three words that say something. Where the
news is grave one name, or one word of what has happened, is enough: a cheerful word about it is
worse than one look too many.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from msgspec.structs import replace

from services.model.ids import AccountId, TopicId
from services.model.queue import QueuedId
from services.model.touching import Touch
from services.model.words import Safe
from services.text.clean import clean_line
from services.text.grave import grave_words, telling
from services.text.marks import find_links, without_links
from services.topics.links import canonical_link
from services.topics.sought import Sought, folded
from services.topics.spelling import Spelling, spelling_of

EACH_AT_MOST: Final = 3
"""Topics that are told of one post: more than that makes nobody look closer."""
TOLD_AT_MOST: Final = 200
_WORDS_SHARED: Final = 3
_SHARE = 0.3
"""So many words that say something, and that part of the news, and both speak of one thing."""
_SEVERAL, _OFTEN = 4, 2
"""Of so many titles a third have a word that belongs to the news, and not to one way of telling
it; of grave news so few are enough."""
_WORDS_QUOTED = 3
SAME_LINK: Final = "the same link"


class InTheNews(msgspec.Struct, frozen=True):
    """A topic that breaks, as far as it is compared."""

    id: TopicId
    title: Safe
    times_usual: float | None
    is_grave: bool
    titles: tuple[str, ...]
    """Its own and those of its headlines."""
    names: tuple[str, ...]
    """What holds it together, as people write it."""
    links: tuple[str, ...]


class ToSay(msgspec.Struct, frozen=True):
    """Something that waits to be said."""

    account: AccountId
    queued: QueuedId
    is_point: bool
    goes_out: bool
    """Whether it goes out by itself."""
    body: Safe


class _News:
    """What breaks, taken apart."""

    def __init__(self, news: InTheNews) -> None:
        """Take it apart once for all posts."""
        self.links = _canonical(news.links)
        spelled = [spelling_of(title) for title in news.titles]
        named = [spelling_of(name) for name in news.names]
        both = (*spelled, *named)
        often = 1 if len(spelled) < _SEVERAL else _OFTEN if news.is_grave else len(spelled) / 3
        self.tags = {tag for one in both for tag in one.tags}
        self.pairs = _often((one.pairs for one in spelled), often)
        self.pairs |= {pair for one in named for pair in one.pairs}
        self.words = _often((one.words for one in spelled), often)
        self.words |= {word for one in named for word in one.words}
        self.large = {word for one in both for word in one.large}
        # What holds a burst together is rare by the way in which it was found.
        self.strong = {word for one in named for word in one.words if len(one.words) == 1}
        self.sure = {word for one in spelled for word in one.sure}
        self.sure |= {word for one in named if one.pairs for word in one.large}
        titles = news.titles if news.is_grave else ()
        deeds = (telling(grave_words(title)) for title in titles)
        self.deeds = [Sought(one) for one in dict.fromkeys(one for some in deeds for one in some)]
        """Words of what has happened, where that is grave."""
        self.runs = {run for one in both for run in one.runs}
        self.is_grave = news.is_grave


class _Post:
    """A post that waits, taken apart."""

    def __init__(self, body: Safe) -> None:
        """Take it apart once for all that breaks."""
        self.links = _canonical(find_links(body))
        self.spelled = spelling_of(body)
        self.folded = folded(without_links(body))


class Comparison:
    """Compares again and again; what was taken apart the last time is remembered."""

    def __init__(self) -> None:
        """Remember nothing."""
        self._news: dict[InTheNews, _News] = {}
        self._posts: dict[Safe, _Post] = {}

    def touches(self, news: Iterable[InTheNews], waiting: Iterable[ToSay]) -> tuple[Touch, ...]:
        """Tell what touches what: grave news first, then in the order of the topics."""
        graves_first = sorted(news, key=lambda one: not one.is_grave)
        posts = list(waiting)
        self._remember(graves_first, posts)
        told: dict[tuple[AccountId, QueuedId], int] = {}
        found: list[Touch] = []
        for one in graves_first:
            taken_apart = self._news[_lasting(one)]
            for post in posts:
                key = post.account, post.queued
                if told.get(key, 0) >= EACH_AT_MOST:
                    continue
                if why := _why(taken_apart, self._posts[post.body]):
                    told[key] = told.get(key, 0) + 1
                    found.append(_touch(one, post, why))
        return tuple(found[:TOLD_AT_MOST])

    def _remember(self, news: list[InTheNews], waiting: list[ToSay]) -> None:
        """Take apart what is new, and forget what is not there any more."""
        lasting = [_lasting(one) for one in news]
        self._news = {one: self._news.get(one) or _News(one) for one in lasting}
        bodies = {one.body for one in waiting}
        self._posts = {body: self._posts.get(body) or _Post(body) for body in bodies}


def _lasting(news: InTheNews) -> InTheNews:
    """Give news without what is another number at every moment."""
    return replace(news, times_usual=None)


def _why(news: _News, post: _Post) -> str | None:
    """Tell what a post and the news have in common, in words; ``None`` where that is nothing."""
    if news.links & post.links:
        return SAME_LINK
    said = post.spelled
    if tag := next((tag for tag in said.tags if tag in news.tags), None):
        return f"#{said.tags[tag]}"
    if pair := next((pair for pair in said.pairs if pair in news.pairs), None):
        return said.pairs[pair]
    shared = [word for word in said.words if word in news.words]
    names = [word for word in shared if _is_name(word, news, said)]
    if news.is_grave and (first := next(_first_grave(news, post, names), None)):
        return first
    is_much = len(shared) >= max(_WORDS_SHARED, _SHARE * len(news.words))
    if is_much or (names and len(shared) > 1):
        quoted = dict.fromkeys((*names, *shared))
        return ", ".join(said.words[word] for word in list(quoted)[:_WORDS_QUOTED])
    return None


def _is_name(word: str, news: _News, said: Spelling) -> bool:
    """Tell whether both write it large, and one of them where only a name is; or it is strong."""
    if word in news.strong:
        return True
    is_large = word in said.large and word in news.large
    return is_large and (word in said.sure or word in news.sure)


def _first_grave(news: _News, post: _Post, names: list[str]) -> Iterator[str]:
    """Give the names that both have, then the words of what has happened."""
    yield from (post.spelled.words[word] for word in names)
    yield from (run for run in post.spelled.runs if run in news.runs)
    yield from (deed.written for deed in news.deeds if deed.is_in(post.folded))


def _touch(news: InTheNews, post: ToSay, why: str) -> Touch:
    alarm = None
    if news.is_grave and post.goes_out:
        spoken = "links to something that" if why == SAME_LINK else f"speaks of “{why}”, which"
        alarm = clean_line(
            f"A queued post {spoken} is in grave news. Look at it before it goes out."
        )
    return Touch(
        account=post.account,
        queued=post.queued,
        is_point=post.is_point,
        topic=news.id,
        title=news.title,
        times_usual=news.times_usual,
        is_grave=news.is_grave,
        why=clean_line(why, chars=60),
        alarm=alarm,
    )


def _often(found: Iterable[Iterable[str]], times: float) -> set[str]:
    """Give what so many have."""
    counts = Counter(one for some in found for one in some)
    return {one for one, count in counts.items() if count >= times}


def _canonical(links: Iterable[str]) -> frozenset[str]:
    """Give links in one form; a front page is none."""
    return frozenset(found for link in links if (found := canonical_link(link)) is not None)
