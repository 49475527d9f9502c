"""Which story of publishers a burst of posts is about: by a link they share, or by its names.

Law: pure. Rather two rows for one thing than one row for two: one word in common joins nothing.
"""

from collections.abc import Iterable, Mapping

from services.topics.bursts import Burst
from services.topics.carried import Carried, title_words
from services.topics.stories import Story
from services.topics.words import stem

_SHARED_AT_LEAST = 2
"""Words of its names that a story's titles have too; a tag may be two of them in one."""
_TAG_LETTERS_AT_LEAST = 5
"""Of each half of a tag that is two words in one: shorter ones are found in anything."""


class StoryWords:
    """Which stories have a word in their titles."""

    def __init__(self) -> None:
        """Begin with none."""
        self._stories: dict[str, dict[Story, None]] = {}
        self._words: dict[Story, frozenset[str]] = {}

    def put(self, story: Story, words: frozenset[str]) -> None:
        """Know a story by these words, and no others."""
        self.drop(story)
        self._words[story] = words
        for word in words:
            self._stories.setdefault(word, {})[story] = None

    def drop(self, story: Story) -> None:
        """Know a story no more."""
        for word in self._words.pop(story, ()):
            there = self._stories[word]
            del there[story]
            if not there:
                del self._stories[word]

    def with_any(self, words: Iterable[str]) -> set[Story]:
        """Give the stories that have at least one of these."""
        return {story for word in words for story in self._stories.get(word, ())}


def story_of(
    burst: Burst,
    at_link: Iterable[Story | None],
    index: StoryWords,
    carried: Mapping[Story, Carried],
) -> Story | None:
    """Give the story that a burst is about: one of those at its links, or that of its names.

    Of several the one that shares most, then the newest.
    """
    linked = [story for story in at_link if story is not None and story in carried]
    if linked:
        return max(linked, key=lambda story: _age(carried[story]))
    words, tags = words_of(burst.names)
    found: list[tuple[int, tuple[float, str], Story]] = []
    for story in index.with_any(words | _halves(tags)):
        one = carried.get(story)
        if one is None or not one.told:
            continue
        shared = len(words & one.words)
        if shared >= _SHARED_AT_LEAST or any(_is_said(tag, one.words) for tag in tags):
            found.append((shared, _age(one), story))
    return max(found, key=lambda one: one[:2])[2] if found else None


def words_of(names: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Give the words of names, and of the tags among them those that may be several in one."""
    words: set[str] = set()
    tags: set[str] = set()
    for name in names:
        if name.startswith("#"):
            tags.add(name[1:].casefold())
        words |= title_words(name.removeprefix("#"), "")
    return frozenset(words), frozenset(tags)


def _halves(tags: Iterable[str]) -> set[str]:
    """Give the beginnings of tags that may be a word of a title."""
    return {
        stem(tag[:end])
        for tag in tags
        for end in range(_TAG_LETTERS_AT_LEAST, len(tag) - _TAG_LETTERS_AT_LEAST + 1)
    }


def _is_said(tag: str, words: frozenset[str]) -> bool:
    """Tell whether a tag is two words of a title in one."""
    cuts = range(_TAG_LETTERS_AT_LEAST, len(tag) - _TAG_LETTERS_AT_LEAST + 1)
    return any(stem(tag[:cut]) in words and stem(tag[cut:]) in words for cut in cuts)


def _age(one: Carried) -> tuple[float, str]:
    return one.last_at.timestamp(), one.id
