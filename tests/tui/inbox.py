"""An inbox of forty people, the same every time: every lane, a pile, names from everywhere.

Law: made of posts alone, taken in as a network's would be; nothing is written to a table by hand.
"""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

from services.model.ids import NetworkName, PersonId, PostId, ThreadId
from services.model.people import Account, Author
from services.model.posts import Post, Reach, Relation
from services.text.clean import clean, clean_line
from services.text.marks import find_links, find_tags

NETWORK = NetworkName.BLUESKY
LIVE = "Tara"
QUESTIONS = (
    ("Em Okafor", "Does the 2015 checklist still hold for a small archive?", 21 * 24 * 60),
    ("김지우", "다음 글은 언제 나와요?", 5 * 24 * 60),
    ("Petra", "What paper did you print the last one on?", 600),
    ("👩‍👩‍👧‍👦 Lindgren", "Which of the two ferries did you take?", 400),
    ("Bartholomew Featherstonehaugh-Cholmondeley of Upper Wensleydale", "Is it open now?", 95),
    ("Ivo", "Could you name the book you quoted?", 50),
)
BACK = (("Noor", 100), ("שלום כהן", 130))
"""Names, and how many days ago they had written before."""
LONGEST = (
    ("Ana", 15 * 24 * 60),
    ("Wren", 9 * 24 * 60),
    ("Oskar", 3 * 24 * 60),
    ("Bea", 30 * 60),
    ("Dev", 20 * 60),
    ("Mika", 6 * 60),
    ("[bold]Zed[/bold]", 5 * 60),
    ("Lou", 90),
)
REST = (("Kit", 45), ("Ada Q.", 40), ("Sam", 30), ("Yui", 20), ("Paz", 10), ("Tom", 5))
LAST_WORDS = (
    ("Gus", "thanks!"),
    ("Ines", "will do"),
    ("Rolf", "👍"),
    ("Uma", "got it, thank you"),
    ("Vik", "ok"),
)
PILE = ("Abe", "Bo", "Cy", "Di", "Ed", "Flo", "Gil", "Hal", "Ira")
PILE_THREAD = ThreadId("ours-pile")
TOPICS = ("#aurora over the harbour tonight", "#ferries are late again")
GRAVE = "Two people died in the fire at the mill. #millfire"

_BODIES = (
    "Your note on the tide tables sent me back to the old charts.",
    "I tried the slower way and it changed the whole afternoon.",
    "The third picture is the one that stays.\n\nI keep coming back to it.",
    "We have the same bridge here, only in green.",
)


def author(name: str) -> Author:
    """Make an author called ``name``."""
    slug = "".join(char for char in name.casefold() if char.isalnum())[:20]
    shown = clean_line(name)
    return Author(PersonId(f"{NETWORK}:{slug}"), clean_line(f"@{slug}"), shown)


class Inbox:
    """Makes posts as ``account`` would see them, with ids in the order they are asked for."""

    def __init__(self, account: Account, now: datetime) -> None:
        """Count ages from ``now``."""
        self.account = account
        self.now = now
        self._numbers = itertools.count(1)

    def comment(
        self, name: str, body: str, minutes_ago: float, *, thread: str = "", parent: str = ""
    ) -> Post:
        """Make a word of theirs to us, in a thread of its own unless told otherwise."""
        number = f"c{next(self._numbers)}"
        where = thread or number
        return self._post(
            number, where, parent or None, author(name), body, minutes_ago, Relation.TO_US
        )

    def around(self, name: str, body: str, minutes_ago: float) -> Post:
        """Make a post that speaks to nobody."""
        number = f"a{next(self._numbers)}"
        return self._post(number, number, None, author(name), body, minutes_ago, Relation.AROUND)

    def ours(
        self, body: str, minutes_ago: float, *, answers: Post | None = None, number: str = ""
    ) -> Post:
        """Make a word of ours, as an answer where ``answers`` says so."""
        number = number or f"o{next(self._numbers)}"
        where = number if answers is None else str(answers.thread)
        parent = None if answers is None else str(answers.id)
        person = None if answers is None else answers.author.person
        return self._post(
            number, where, parent, self.account.author, body, minutes_ago, Relation.OURS, person
        )

    def everybody(self) -> tuple[Post, ...]:
        """Make the whole inbox, oldest first."""
        posts = [*self._live(), *self._back(), *self._pile(), *self._others(), *self._topics()]
        return tuple(sorted(posts, key=lambda post: post.created_at))

    def _live(self) -> Iterator[Post]:
        first = self.comment(LIVE, "I walked there this morning.", 12)
        yield first
        yield self.ours("Which side of the river?", 3, answers=first)
        yield self.comment(
            LIVE, "The far one, past the weir.", 1, thread=first.thread, parent=first.id
        )

    def _back(self) -> Iterator[Post]:
        for name, days in BACK:
            before = self.comment(name, "Hello from the coast.", days * 24 * 60)
            yield before
            yield self.ours("Hello to the coast.", days * 24 * 60 - 30, answers=before)
            yield self.comment(name, "I have moved inland since, and read on.", 120)

    def _pile(self) -> Iterator[Post]:
        yield self.ours("A list of small museums.", 800, number=PILE_THREAD)
        for step, name in enumerate(PILE):
            yield self.comment(
                name, f"You forgot the one in {name}ville.", 700 - step,
                thread=PILE_THREAD, parent=PILE_THREAD,
            )  # fmt: skip

    def _others(self) -> Iterator[Post]:
        for name, body, minutes in QUESTIONS:
            yield self.comment(name, body, minutes)
        for number, (name, minutes) in enumerate((*LONGEST, *REST)):
            yield self.comment(name, _BODIES[number % len(_BODIES)], minutes)
        for number, (name, body) in enumerate(LAST_WORDS):
            yield self.comment(name, body, 200 + number)

    def _topics(self) -> Iterator[Post]:
        for number, body in enumerate(TOPICS):
            yield self.around("Sol", body, 40 - number)
            yield self.around("Rae", f"Seen from the hill, too. {body.split(' ', 1)[0]}", 20)
        yield self.around("Jan", GRAVE, 8)

    def _post(
        self,
        number: str,
        thread: str,
        parent: str | None,
        who: Author,
        body: str,
        minutes_ago: float,
        relation: Relation,
        answers: PersonId | None = None,
    ) -> Post:
        words = clean(body)
        return Post(
            id=PostId(number),
            account=self.account.id,
            network=self.account.network,
            thread=ThreadId(thread),
            parent=None if parent is None else PostId(parent),
            answers=answers,
            author=who,
            body=words,
            created_at=self.now - timedelta(minutes=minutes_ago),
            relation=relation,
            reach=Reach.PUBLIC,
            url=clean_line(f"https://social.example/{number}"),
            tags=find_tags(words),
            links=find_links(words),
        )


PEOPLE = 1 + len(QUESTIONS) + len(BACK) + len(LONGEST) + len(REST) + len(PILE)
"""Everybody who waits, last words not counted."""
