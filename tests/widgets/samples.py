"""Values for the widgets to show, and the smallest app that shows them."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace
from textual.app import App, ComposeResult
from textual.widget import Widget

from services.model.ids import (
    AccountId,
    NetworkName,
    PersonId,
    PostId,
    SessionId,
    ThreadId,
    TopicId,
    WaitingId,
)
from services.model.people import Author
from services.model.posts import Post, Reach, Relation, Thread
from services.model.sending import Target, TargetKind
from services.model.session import Phase, PhaseSpan, SessionClock, Stage
from services.model.topics import Topic, TopicKind
from services.model.waiting import Lane, Waiting, WaitState
from services.model.words import Safe
from tui.theme import HEARTH, choose, dress, variable_defaults

NOW = datetime(2026, 11, 22, 16, 10, tzinfo=UTC)
ME = AccountId("wordpress:fieldnotes")
HOSTILE_NAMES = (
    "[/nope]",
    "[red]Nobody[/red]",
    "지우 한글 이름이 아주 긴 사람",
    "👩‍👩‍👧‍👦🏳️‍🌈 family",
    "שלום עולם",
    "x" * 5_000,
    "e\u0301" * 3_000,
    "",
)


def author(name: str) -> Author:
    """Make an author called ``name``."""
    return Author(PersonId(f"mastodon:{name[:40]}"), Safe(f"@{name[:40]}"), Safe(name))


def waiting(
    number: int,
    name: str = "Em Okafor",
    body: str = "Does the 2015 checklist still hold?",
    *,
    lane: Lane = Lane.QUESTION,
    network: NetworkName = NetworkName.MASTODON,
    ago: timedelta = timedelta(weeks=3),
    people: int = 1,
    away_days: int | None = None,
    state: WaitState = WaitState.UNREAD,
    reach: Reach = Reach.PUBLIC,
) -> Waiting:
    """Make somebody who waits."""
    return Waiting(
        id=WaitingId(number),
        account=ME,
        network=network,
        thread=ThreadId(f"t{number}"),
        author=author(name),
        post=PostId(f"p{number}"),
        body=Safe(body),
        since_at=NOW - ago,
        last_at=NOW - ago,
        lane=lane,
        state=state,
        reach=reach,
        people=people,
        away_days=away_days,
    )


def topic(number: int, title: str = "#aurora", *, is_grave: bool = False, people: int = 3) -> Topic:
    """Make a topic on this box."""
    return Topic(
        id=TopicId(f"topic{number}"),
        account=ME,
        network=NetworkName.COMMONS,
        kind=TopicKind.TAG,
        title=Safe(title),
        lead=Safe("Look up"),
        people=people,
        posts=4,
        first_at=NOW - timedelta(minutes=6),
        last_at=NOW,
        reach=Reach.BOX,
        root=PostId("p1"),
        is_grave=is_grave,
    )


def burst(
    number: int,
    title: str,
    times: float | None,
    *,
    sources: tuple[str, ...] = ("Bluesky", "mastodon.social", "BBC News"),
    rates: tuple[int, ...] = (0, 0, 1, 1, 2, 5, 9, 14),
    ago: timedelta = timedelta(minutes=6),
    kind: TopicKind = TopicKind.BURST,
    people: int = 31,
    is_grave: bool = False,
    follows: tuple[str, ...] = (),
    known: int = 0,
    is_joined: bool = False,
) -> Topic:
    """Make a topic that breaks."""
    publishers = sources if kind is TopicKind.STORY else ()
    return replace(
        topic(number, title, is_grave=is_grave, people=people),
        kind=kind,
        reach=Reach.PUBLIC,
        network=NetworkName.BLUESKY,
        first_at=NOW - ago,
        publishers=tuple(map(Safe, publishers)),
        is_breaking=True,
        times_usual=times,
        sources=tuple(map(Safe, sources)),
        rates=rates,
        follows=tuple(map(Safe, follows)),
        known=known,
        is_joined=is_joined,
    )


def post(number: int, name: str, body: str, *, ours: bool = False, days_ago: float = 0.5) -> Post:
    """Make a post."""
    return Post(
        id=PostId(f"p{number}"),
        account=ME,
        network=NetworkName.WORDPRESS,
        thread=ThreadId("t1"),
        parent=None,
        answers=None,
        author=author(name),
        body=Safe(body),
        created_at=NOW - timedelta(days=days_ago),
        relation=Relation.OURS if ours else Relation.TO_US,
        reach=Reach.PUBLIC,
    )


def thread(*posts: Post) -> Thread:
    """Make a thread of ``posts``."""
    return Thread(ThreadId("t1"), posts)


def target(kind: TargetKind = TargetKind.REPLY, reach: Reach = Reach.PUBLIC) -> Target:
    """Make somewhere to speak to."""
    return Target(
        kind=kind,
        account=ME,
        network=NetworkName.WORDPRESS,
        reach=reach,
        as_handle=Safe("@fieldnotes"),
        thread=ThreadId("t1"),
        post=PostId("p2"),
        person=PersonId("wordpress:em"),
        to_name=Safe("Em Okafor"),
    )


def clock(
    fraction: float = 0.35, seconds_left: int = 780, stage: Stage = Stage.RUNNING
) -> SessionClock:
    """Make a reply-first session's clock."""
    return SessionClock(
        session=SessionId("s1"),
        stage=stage,
        phase=Phase.REPLY,
        seconds_left=seconds_left,
        fraction=fraction,
        spans=(
            PhaseSpan(Phase.LISTEN, 0.0, 0.1),
            PhaseSpan(Phase.REPLY, 0.1, 0.6),
            PhaseSpan(Phase.JOIN, 0.6, 0.88),
            PhaseSpan(Phase.WRAP, 0.88, 1.0),
        ),
        extensions_left=2,
    )


class Harness(App[None]):
    """An app that shows one widget and keeps the messages it posts."""

    def __init__(self, *widgets: Widget, theme: str = HEARTH) -> None:
        """Show ``widgets`` under one another."""
        super().__init__()
        self.shown_widgets = widgets
        self.heard: list[object] = []
        dress(self, choose(theme, {}))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give our variables before a theme is on."""
        return variable_defaults()

    def compose(self) -> ComposeResult:
        """Show what was given."""
        yield from self.shown_widgets

    def screen_lines(self) -> list[str]:
        """Read what is on screen, line by line."""
        return ["".join(s.text for s in line) for line in self.screen._compositor.render_strips()]
