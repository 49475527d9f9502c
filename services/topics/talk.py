"""Posts gathered by what they speak of: a tag, a link, or the thread that somebody began.

Law: what others bring up is a topic; our own words count in one and make none. Which posts are
there decides everything, never the order in which they came.
"""

import hashlib
import heapq
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from services.model.ids import AccountId, PostId, TopicId
from services.model.posts import Relation
from services.model.topics import TopicKind
from services.text.clean import clean, clean_line
from services.text.cues import is_grave
from services.topics.links import canonical_link
from services.topics.rank import Standing, at_rest
from services.topics.trends import tag_key
from services.topics.values import TALK_KEPT_FOR, PostItem

KEPT_FOR = TALK_KEPT_FOR
KEPT_AT_MOST = 20_000

PostKey = tuple[AccountId, PostId]


class Said:
    """A post, with what is found out about it at most once."""

    __slots__ = ("_is_grave", "item", "subjects")

    def __init__(self, item: PostItem) -> None:
        """Keep a post."""
        self.item = item
        self.subjects: tuple[TopicId, ...] = ()
        self._is_grave: bool | None = None

    @property
    def is_grave(self) -> bool:
        """Whether it speaks of death or disaster."""
        if self._is_grave is None:
            self._is_grave = is_grave((clean(self.item.body),))
        return self._is_grave


class Summary(msgspec.Struct, frozen=True):
    """What is counted of a subject."""

    first: PostItem
    """The post that brought it up."""
    root: PostItem
    """The one to answer."""
    counted: tuple[Said, ...]
    """Oldest first."""
    people: int
    first_at: datetime
    last_at: datetime
    rest: Standing


class Subject:
    """What posts speak of."""

    __slots__ = ("_is_known", "_summary", "account", "id", "key", "kind", "link", "posts", "tag")

    def __init__(self, account: AccountId, kind: TopicKind, key: str) -> None:
        """Begin with no posts."""
        self.id = subject_id(account, kind, key)
        self.account = account
        self.kind = kind
        self.key = key
        self.link = canonical_link(key) if kind is TopicKind.LINK else None
        self.tag = tag_key(key) if kind is TopicKind.TAG else None
        self.posts: dict[PostKey, Said] = {}
        self._summary: Summary | None = None
        self._is_known = False

    def change(self) -> None:
        """Note that its posts are others now."""
        self._is_known = False

    @property
    def summary(self) -> Summary | None:
        """What is counted; ``None`` while it is no topic."""
        if not self._is_known:
            self._summary, self._is_known = self._count(), True
        return self._summary

    def _count(self) -> Summary | None:
        posts = in_order(self.posts.values())
        if self.kind is TopicKind.TALK:
            first = next((one.item for one in posts if _begins(one.item)), None)
            root = first
        else:
            others = [one.item for one in posts if one.item.relation is not Relation.OURS]
            first, root = (others[0], others[-1]) if others else (None, None)
        if first is None or root is None:
            return None
        counted = tuple(one for one in posts if one.item.created_at >= first.created_at)
        return Summary(
            first=first,
            root=root,
            counted=counted,
            people=len({one.item.person for one in counted}),
            first_at=counted[0].item.created_at,
            last_at=counted[-1].item.created_at,
            rest=at_rest(self.id, counted[-1].item.created_at),
        )


class Talk:
    """All posts of the last day, by what they speak of."""

    def __init__(self) -> None:
        """Begin with none."""
        self.subjects: dict[TopicId, Subject] = {}
        self.by_link: dict[str, dict[TopicId, Subject]] = {}
        """The LINK subjects, by their links in canonical form."""
        self.by_tag: dict[str, dict[TopicId, Subject]] = {}
        """The TAG subjects, by their tags in one form."""
        self.changed_links: set[str] = set()
        """Since whoever reads it has emptied it."""
        self._posts: dict[PostKey, Said] = {}
        self._oldest: list[tuple[datetime, AccountId, PostId]] = []

    def __len__(self) -> int:
        return len(self._posts)

    def take(self, item: PostItem) -> None:
        """Count a post to what it speaks of; one that is known changes nothing."""
        key = item.account, item.id
        if key in self._posts:
            return
        said = self._posts[key] = Said(item)
        heapq.heappush(self._oldest, (item.created_at, *key))
        named = [self._subject(item.account, kind, word) for kind, word in _named(item)]
        said.subjects = tuple(subject.id for subject in named)
        for subject in named:
            subject.posts[key] = said
            self._note(subject)
        while len(self._posts) > KEPT_AT_MOST:
            self._drop_oldest()

    def said(self, account: AccountId, post: PostId) -> Said | None:
        """Give a post, if it is kept."""
        return self._posts.get((account, post))

    def withdraw(self, account: AccountId, post: PostId) -> None:
        """Take a post out of all that it spoke of."""
        said = self._posts.pop((account, post), None)
        if said is None:
            return
        for name in said.subjects:
            subject = self.subjects[name]
            del subject.posts[account, post]
            self._note(subject)
            if not subject.posts:
                self._forget(subject)

    def drop(self, before: datetime, at_most: int) -> None:
        """Forget posts written by a moment, at most so many of them."""
        for _ in range(at_most):
            if not self._oldest or self._oldest[0][0] > before:
                return
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        created_at, account, post = heapq.heappop(self._oldest)
        said = self._posts.get((account, post))
        if said is not None and said.item.created_at == created_at:
            self.withdraw(account, post)

    def _subject(self, account: AccountId, kind: TopicKind, key: str) -> Subject:
        name = subject_id(account, kind, key)
        subject = self.subjects.get(name)
        if subject is None:
            subject = self.subjects[name] = Subject(account, kind, key)
            if subject.link is not None:
                self.by_link.setdefault(subject.link, {})[name] = subject
            if subject.tag is not None:
                self.by_tag.setdefault(subject.tag, {})[name] = subject
        return subject

    def _note(self, subject: Subject) -> None:
        subject.change()
        if subject.link is not None:
            self.changed_links.add(subject.link)

    def _forget(self, subject: Subject) -> None:
        del self.subjects[subject.id]
        if subject.link is not None:
            del self.by_link[subject.link][subject.id]
            if not self.by_link[subject.link]:
                del self.by_link[subject.link]
        if subject.tag is not None:
            del self.by_tag[subject.tag][subject.id]
            if not self.by_tag[subject.tag]:
                del self.by_tag[subject.tag]


def in_order(posts: Iterable[Said]) -> list[Said]:
    """Give posts oldest first."""
    return sorted(posts, key=lambda one: (one.item.created_at, one.item.account, one.item.id))


def subject_id(account: AccountId, kind: TopicKind, key: str) -> TopicId:
    """Name what is spoken of on an account, the same in every run."""
    digest = hashlib.blake2b(f"{account}\0{kind.value}\0{key}".encode(), digest_size=12)
    return TopicId(digest.hexdigest())


def title_of(subject: Subject, summary: Summary) -> str:
    """Give what a subject is called."""
    match subject.kind:
        case TopicKind.TAG:
            return f"#{subject.key}"
        case TopicKind.LINK:
            return _link_title(subject.key)
        case TopicKind.TALK | TopicKind.STORY | TopicKind.BURST:
            return str(clean_line(summary.first.body))


def _link_title(link: str) -> str:
    """Name a link by its host and path, which is all that is known of it."""
    try:
        parts = urlsplit(link)
    except ValueError:  # a bracket where no address is; what a link holds is a stranger's affair
        return str(clean_line(link))
    return str(clean_line(f"{parts.hostname or link}{parts.path.rstrip('/')}"))


def _named(item: PostItem) -> list[tuple[TopicKind, str]]:
    """Name what a post speaks of: its tags and links, or else the thread it stands in."""
    found = [(TopicKind.TAG, tag) for tag in dict.fromkeys(item.tags)]
    found += [(TopicKind.LINK, link) for link in dict.fromkeys(item.links)]
    return found or [(TopicKind.TALK, item.thread)]


def _begins(item: PostItem) -> bool:
    return item.parent is None and item.relation is Relation.AROUND
