"""A seeded inbox of forty people, on a real board: for pictures and for trying things out.

Law: everything in it is made up, and the same every time.
"""

from dataclasses import dataclass
from pathlib import Path

from services.clock import Clock
from services.model.ids import NetworkName, PostId
from services.model.posts import Reach
from services.networks.board import BoardNetwork, whole
from services.runtime import Runtime
from services.store.commons import Board, Byline
from services.store.database import COMMONS, Database, Durability, open_database
from tests.fakes import FakeClock, until

OURS = Byline("@fieldnotes", "Field notes", 1000)
PEOPLE = 40

_HOUR, _DAY = 60, 24 * 60


@dataclass(frozen=True, slots=True)
class _Said:
    """One thing that was said, some minutes before now."""

    minutes_ago: float
    key: str
    who: str
    words: str
    to: str | None = None


_POSTS = (
    _Said(400 * _DAY, "faq", "", "Five questions to ask before you write a white paper."),
    _Said(399 * _DAY, "faq1", "Seth Lindqvist", "The second one made me laugh.", "faq"),
    _Said(399 * _DAY - 60, "faq2", "", "It made me wince, if that helps.", "faq1"),
    _Said(60 * _DAY, "bill", "", "Glorified billboards: most of what we call conversation."),
    _Said(
        59 * _DAY, "em0", "Em Okafor", "I used your checklist on Monday. It saved my week.", "bill"
    ),
    _Said(59 * _DAY - 30, "em1", "", "Then it has earned its keep. What did you cut?", "em0"),
    _Said(
        21 * _DAY,
        "em2",
        "Em Okafor",
        "Does the checklist still hold, now that half of it is written by machines? "
        "Asking for a team of two.",
        "faq",
    ),
    _Said(9 * _DAY, "walk", "", "A walk is the cheapest editor I know."),
    _Said(8 * _DAY, "w1", "Paulo Reyes-Whitcombe", "Mine charges me in blisters.", "walk"),
    _Said(
        2 * _DAY,
        "seth",
        "Seth Lindqvist",
        "Read your piece on glorified billboards. I changed my mind.",
        "bill",
    ),
    _Said(26 * _HOUR, "desk", "", "Clearing a desk is a way of writing nothing, slowly."),
    _Said(25 * _HOUR, "d1", "Marcus Adebayo-Lind", "Slowly is the part I am good at.", "desk"),
    _Said(
        20 * _HOUR,
        "d2",
        "Lena O.",
        "I have a drawer for what I cleared. The drawer is full.",
        "desk",
    ),
    _Said(
        6 * _HOUR, "team", "", "Two ways to answer people: all of them badly, or one of them well."
    ),
    _Said(
        4 * _HOUR,
        "noor",
        "Noor",
        "Which of the two would you start with, for a team of four?",
        "team",
    ),
    _Said(3 * _HOUR, "h1", "Hana Sørby", "One of them well. Then the next one.", "team"),
    _Said(2 * _HOUR, "k1", "Kwabena", "Thank you!", "team"),
    _Said(1 * _HOUR, "jiw", "Ji-woo 지우", "저도 그렇게 생각해요. Sharing beats shouting.", "bill"),
    _Said(55, "aw1", "علا حداد", "هل تكتبين كل يوم؟", "walk"),
    _Said(50, "tan", "田中さくら", "机の上の話、とても好きです。", "desk"),
    _Said(44, "i1", "Ines", "will do", "desk"),
    _Said(9, "t0", "Tara Hollis", "I asked my own team today, out loud, in a room.", "team"),
    _Said(3, "t1", "", "And what did the room say?", "t0"),
)

_PILE = (
    "Bread", "A good chair", "Silence", "Other people’s drafts", "Rain on the window",
    "My grandmother’s letters", "Deadlines, sadly", "Radio", "The bus",
)  # fmt: skip
_NAMES = (
    "Abel", "Bronwen", "Cato", "Dilys", "Edo", "Farah", "Gustav", "Hedda", "Ivo", "Jonna",
    "Kofi", "Lior", "Mette", "Nils", "Oona", "Pim", "Quentin", "Runa", "Suki", "Tove",
    "Uri", "Vera", "Wanda", "Xenia", "Yusuf", "Zofia", "Anneke", "Basil", "Carmo", "Dov",
)  # fmt: skip
_PLAIN = (
    "I keep coming back to this one.",
    "We tried it the other way round, and it held for a month.",
    "My neighbour says the same about fences.",
    "It rained here, so I read the whole of it.",
    "There is a tune in that sentence somewhere.",
    "The last paragraph is the one I would keep.",
)
_TALK = (
    _Said(
        12,
        "aur1",
        "Petra Vuong",
        "Green over the whole valley, down to the church. #northernlights",
    ),
    _Said(
        8,
        "aur2",
        "Odd Karlsen",
        "Seen from Trieste too, which I did not expect to type. #northernlights",
    ),
    _Said(6, "aur3", "Suvi", "Half the village is on the bridge. #northernlights"),
    _Said(30, "fog1", "Ross", "Fog at the airport since six, everybody very polite. #fog"),
    _Said(22, "fog2", "Lynn", "The polite phase is over. #fog"),
    _Said(
        80,
        "gil",
        "Pia Novak",
        "Goodbye to the lock we loved to hate: https://talks.example/keynote",
    ),
    _Said(
        41, "sun", "Rafe", "Should anybody answer letters on a Sunday? I do, and regret it by noon."
    ),
)


async def open_inbox(runtime: Runtime, clock: FakeClock) -> BoardNetwork:
    """Fill a board with what forty people said, and take it in as an account of ours."""
    network = await fill_board(runtime.paths.data / "inbox.db", clock)
    runtime.real.add(network)
    rows = runtime.real.tables.waiting
    found = 0

    async def count() -> None:
        nonlocal found
        found = (await rows.read(clock.now())).people

    for _ in range(200):
        await count()
        if found >= PEOPLE:
            break
        await until(lambda: True)
    return network


async def fill_board(path: Path, clock: FakeClock) -> BoardNetwork:
    """Make the board at ``path``; the clock ends where it began."""
    database = await open_database(path, COMMONS, durability=Durability.NORMAL)
    try:
        return await _fill(database, clock)
    except BaseException:
        await database.close()
        raise


async def _fill(database: Database, clock: FakeClock) -> BoardNetwork:
    moving: Clock = clock
    board = Board(database, moving)
    ago = 0.0
    for said in sorted((*_POSTS, *_many(), *_TALK), key=lambda one: -one.minutes_ago):
        clock.step_wall((ago - said.minutes_ago) * 60)
        ago = said.minutes_ago
        byline = OURS if not said.who else Byline(_handle(said.who), said.who, 2000)
        await board.publish(said.key, byline, said.words, PostId(said.to) if said.to else None)
    clock.step_wall(ago * 60)
    return BoardNetwork(board, OURS, whole(NetworkName.COMMONS, Reach.BOX), clock)


def _many() -> list[_Said]:
    """Nine people under one post, and the others who make it forty."""
    asked = _Said(5 * _HOUR, "pile", "", "What keeps you writing when nobody reads it?")
    pile = [
        _Said(
            5 * _HOUR - 9 * (index + 1), f"pile{index}", f"{name} {name[0]}.", f"{words}.", "pile"
        )
        for index, (name, words) in enumerate(zip(_NAMES, _PILE, strict=False))
    ]
    rest = [
        _Said(
            _DAY * (index % 5) + 70 + 13 * index,
            f"rest{index}",
            name,
            _PLAIN[index % len(_PLAIN)],
            "walk" if index < 4 else f"own{index}",
        )
        for index, name in enumerate(_NAMES[9:])
    ]
    own = [
        _Said(said.minutes_ago + 90, said.to, "", f"Notes, {said.key[4:]}: {_PLAIN[-1]}")
        for said in rest
        if said.to is not None and said.to.startswith("own")
    ]
    return [asked, *pile, *own, *rest]


def _handle(name: str) -> str:
    letters = "".join(char for char in name.lower() if char.isascii() and char.isalnum())
    return f"@{letters or 'u' + str(sum(map(ord, name)))}"
