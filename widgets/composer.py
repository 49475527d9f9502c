"""Where one speaks: the pad, to whom and as whom on its border, and one quiet line above.

Law: it always says to whom, how public and as whom; it never empties itself, so that a text is
gone only when whoever keeps it has said so; a wish to send is told once.
"""

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import TextArea

from services.model.limits import Counting
from services.model.people import Author
from services.model.posts import Reach
from services.model.sending import Target, TargetKind
from widgets.beside_line import BesideLine
from widgets.cells import clip
from widgets.length_meter import Rule, left, length_words
from widgets.name_list import SHOWN_AT_MOST, NameList, name_begun
from widgets.pad import CHARACTERS_AT_MOST, Pad
from widgets.remark_line import RemarkLine
from widgets.target_line import REACH_CLASSES, reach_class, target_words

ASKS = "What are you reading, watching, hearing, thinking about?"
"""What stands in an empty new post."""
_HANDLE_CELLS = 32


class Composer(Vertical):
    """A text, where it goes, and the key that says it."""

    DEFAULT_CSS = """
    Composer {
        height: 6;
        & > RemarkLine, & > BesideLine { display: none; }
        &.-remarks > RemarkLine, &.-beside > BesideLine, &.-names > NameList { display: block; }
        & > Pad, & > Pad:focus {
            border: round $hairline;
            border-title-color: $quiet;
            border-title-style: $quiet-style;
            border-subtitle-color: $quiet;
            border-subtitle-style: $quiet-style;
        }
        & > Pad:focus {
            border: round $amber;
            border-title-color: $amber;
            border-title-style: none;
        }
        &.-box > Pad { border: dashed $hairline; }
        &.-box > Pad:focus { border: dashed $teal; border-title-color: $teal; }
        &.-practice > Pad { border: dashed $hairline; }
        &.-practice > Pad:focus { border: dashed $quiet; border-title-color: $quiet; }
        &.-unlisted > Pad:focus { border: solid $amber; }
        &.-followers > Pad:focus { border: solid $teal; border-title-color: $teal; }
        &.-direct > Pad:focus { border: round $teal; border-title-color: $teal; }
    }
    """

    target: reactive[Target | None] = reactive(None, repaint=False)
    """Where the text goes; ``None`` while it goes nowhere."""
    limit_graphemes: reactive[int | None] = reactive(None, repaint=False)
    counting: reactive[Counting] = reactive(Counting.GRAPHEMES, repaint=False)
    """How the network counts."""
    link_graphemes: reactive[int] = reactive(23, repaint=False)
    usual: reactive[Reach | None] = reactive(None, repaint=False)
    """How public a new post of the account is."""
    remark: reactive[str] = reactive("", repaint=False)
    """What there is to say about the text, in our own words; empty for nothing."""
    has_ctrl_enter: reactive[bool] = reactive(False, repaint=False)
    """Whether this terminal has once sent Ctrl+Enter, so that it may be named."""

    pad = query_one(Pad)
    _remark_line = query_one(RemarkLine)
    _beside_line = query_one(BesideLine)
    _names = query_one(NameList)

    @dataclass
    class Submitted(Message):
        """Somebody pressed the key that says it; answer with ``took`` or ``kept``."""

        composer: "Composer"
        target: Target
        body: str

        @property
        def control(self) -> "Composer":
            """The composer it happened in."""
            return self.composer

    @dataclass
    class Edited(Message):
        """The text has changed."""

        composer: "Composer"
        target: Target
        body: str

        @property
        def control(self) -> "Composer":
            """The composer it happened in."""
            return self.composer

    @dataclass
    class Left(Message):
        """Somebody wants out; the text stays where it is."""

        composer: "Composer"

        @property
        def control(self) -> "Composer":
            """The composer it happened in."""
            return self.composer

    @dataclass
    class EditorAsked(Message):
        """Somebody wants to write in an editor of their own."""

        composer: "Composer"

        @property
        def control(self) -> "Composer":
            """The composer it happened in."""
            return self.composer

    @dataclass
    class NameBegun(Message):
        """A name is being typed; answer with ``offer``, or not at all."""

        composer: "Composer"
        target: Target
        begun: str

        @property
        def control(self) -> "Composer":
            """The composer it happened in."""
            return self.composer

    class CtrlEnterSeen(Message):
        """This terminal has sent Ctrl+Enter for the first time."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own word)
        classes: str | None = None,
    ) -> None:
        """Make an empty composer that speaks to nobody."""
        super().__init__(name=name, id=id, classes=classes)
        self._told: tuple[str, str] | None = None
        self._is_asked = False
        self._refusal = ""
        self._begun = ""
        """The name that is being typed."""
        self._declined = ""
        """What it began with when the list was sent away."""

    def compose(self) -> ComposeResult:
        """Put the remark over the pad."""
        yield NameList()
        yield BesideLine()
        yield RemarkLine()
        yield Pad()

    def on_mount(self) -> None:
        """Say to whom."""
        self._say()

    @property
    def text(self) -> str:
        """What has been written, as it would be sent."""
        return self.pad.text

    @text.setter
    def text(self, body: str) -> None:
        """Show ``body`` with the caret at its end; nothing is told about it."""
        self._tell_as_known(body)
        self.pad.load_text(body)
        self.pad.move_cursor(self.pad.document.end)
        self._tell_as_known(self.pad.text)
        self._say()

    def turn_to(self, target: Target | None, body: str = "") -> None:
        """Speak to ``target`` and show the text that is kept for it."""
        self.target = target
        self._close_names()
        self.text = body

    def offer(self, begun: str, people: tuple[Author, ...]) -> None:
        """Offer people for a name that is being typed, unless something else is typed by now."""
        if begun != self._begun:
            return
        self._names.row_height = 1
        self._names.values = people[:SHOWN_AT_MOST]
        self._names.action_first()
        self.set_class(bool(people), "-names")
        self.pad.offers_names = bool(people)

    def took(self, body: str) -> None:
        """Let go of ``body``, which is kept elsewhere now; words typed after it stay."""
        self._is_asked = False
        if self.text.startswith(body):
            rest = self.text[len(body) :]
            self.text = rest
            if rest:
                self._told = None
                self._tell_edit()

    def kept(self) -> None:
        """Leave the text where it is: it was not taken, and may be submitted again."""
        self._is_asked = False

    def focus_pad(self) -> None:
        """Put the caret into the text."""
        self.pad.focus()

    def watch_target(self, before: Target | None, target: Target | None) -> None:
        """Say to whom; a wish to send to somebody else is not a wish any more."""
        if before != target:
            self._is_asked = False
            self._told = None
        classes = "" if target is None else reach_class(target.reach)
        for name in REACH_CLASSES:
            self.set_class(name == classes, name)
        self._say()

    def watch_limit_graphemes(self) -> None:
        """Say what is left."""
        self._say()

    def watch_counting(self) -> None:
        """Say what is left."""
        self._say()

    def watch_usual(self) -> None:
        """Say how it differs."""
        self._say()

    def watch_has_ctrl_enter(self) -> None:
        """Name the key that sends."""
        self._say()

    def watch_remark(self) -> None:
        """Say it above the text."""
        self._say()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell that the text has changed, once per change."""
        event.stop()
        self._refusal = ""
        self._say()
        self._tell_edit()
        self._look_for_name()

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """Offer no names for a word that the caret has left."""
        event.stop()
        if self._begun and name_begun(self.pad.before_caret()) != self._begun:
            self._close_names()

    def on_pad_name_key(self, event: Pad.NameKey) -> None:
        """Go about in the list of names, take one, or send the list away."""
        event.stop()
        match event.key:
            case "down" | "up":
                self._names.action_move(1 if event.key == "down" else -1)
            case "escape":
                self._declined = self._begun
                self._close_names()
            case _:
                chosen, begun = self._names.selected, self._begun
                self._close_names()
                if chosen is not None:
                    self.pad.complete(begun, chosen.handle)

    def on_pad_send_pressed(self, event: Pad.SendPressed) -> None:
        """Ask that the text be said, unless there is nothing to say or nobody to say it to."""
        event.stop()
        body, target = self.text, self.target
        remaining = left(body, self._rule)
        if target is None or self._is_asked:
            return
        if not body.strip():
            self._refuse("Nothing is written yet; esc goes back.")
            return
        if remaining is not None and remaining < 0:
            self._refuse(f"It is {-remaining:,} too long to be said; cut it, or say it in two.")
            return
        self._is_asked = True
        self.post_message(self.Submitted(self, target, body))

    def on_pad_refused(self, event: Pad.Refused) -> None:
        """Say why something was not put in."""
        event.stop()
        self._refuse(
            f"That was not put in: a text holds {CHARACTERS_AT_MOST:,} characters at most."
        )

    def on_pad_left(self, event: Pad.Left) -> None:
        """Tell that somebody wants out."""
        event.stop()
        self.post_message(self.Left(self))

    def on_pad_editor_asked(self, event: Pad.EditorAsked) -> None:
        """Tell that somebody wants their editor."""
        event.stop()
        self.post_message(self.EditorAsked(self))

    def on_pad_ctrl_enter_seen(self, event: Pad.CtrlEnterSeen) -> None:
        """Remember and tell, once, that there is Ctrl+Enter here."""
        event.stop()
        if not self.has_ctrl_enter:
            self.has_ctrl_enter = True
            self.post_message(self.CtrlEnterSeen())

    @property
    def _rule(self) -> Rule:
        beside = self.target.warning if self.target is not None else ""
        return Rule(self.limit_graphemes, self.counting, self.link_graphemes, beside)

    def _look_for_name(self) -> None:
        """Ask whom a name may mean that is being typed; what was sent away stays away."""
        begun = name_begun(self.pad.before_caret())
        if begun == self._begun:
            return
        self._close_names()
        is_declined = bool(self._declined) and begun.startswith(self._declined)
        if not is_declined:
            self._declined = ""
        if not begun or is_declined or self.target is None:
            return
        self._begun = begun
        self.post_message(self.NameBegun(self, self.target, begun))

    def _close_names(self) -> None:
        self._begun = ""
        self.pad.offers_names = False
        self.remove_class("-names")

    def _tell_edit(self) -> None:
        target = self.target
        if target is None:
            return
        now = (f"{target.account} {target.key}", self.text)
        if self._told != now:
            self._told = now
            self.post_message(self.Edited(self, target, self.text))

    def _tell_as_known(self, body: str) -> None:
        target = self.target
        self._told = None if target is None else (f"{target.account} {target.key}", body)

    def _refuse(self, words: str) -> None:
        self._refusal = words
        self._say()

    def _say(self) -> None:
        """Write the border, the placeholder and the line above."""
        if not self.children:
            return
        target, pad, line = self.target, self.pad, self._remark_line
        pad.read_only = target is None
        pad.can_focus = target is not None
        pad.border_title = Content(target_words(target))
        pad.border_subtitle = Content(self._foot(target))
        is_new = target is not None and target.kind is TargetKind.NEW
        pad.placeholder = Content(ASKS if is_new else "")
        line.words = self._refusal or self.remark
        line.is_refusal = bool(self._refusal)
        self.set_class(bool(line.words), "-remarks")
        self._beside_line.usual = self.usual
        self._beside_line.target = target
        self.set_class(not self._beside_line.is_silent, "-beside")

    def _foot(self, target: Target | None) -> str:
        if target is None:
            return "r answers, n begins"
        key = "ctrl+enter" if self.has_ctrl_enter else "ctrl+j"
        who = clip(target.as_handle, _HANDLE_CELLS)
        return f"{key} says it as {who} · {length_words(self.text, self._rule)}"
