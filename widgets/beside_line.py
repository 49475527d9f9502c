"""What goes out with a text, on one line over it: for whom, a warning, pictures, a quote."""

from textual.reactive import reactive

from services.model.posts import Reach
from services.model.sending import Picture, Target
from widgets.ages import count
from widgets.cells import clip
from widgets.one_line import OneLine
from widgets.voices import Part, Voice, fit

_WARNING_CELLS = 30
_NAME_CELLS = 24


class BesideLine(OneLine):
    """One line over the composer; nothing where there is nothing beside the words."""

    target: reactive[Target | None] = reactive(None, repaint=False)
    usual: reactive[Reach | None] = reactive(None, repaint=False)
    """How public a new post of this account is; what differs from it is said."""

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to say."""
        return not beside(self.target, self.usual)

    def parts(self, cells: int) -> list[Part]:
        """Say it."""
        said: list[Part] = [(" ", Voice.INK)]
        for words, voice in beside(self.target, self.usual):
            if len(said) > 1:
                said.append((" · ", Voice.QUIET))
            said.append((words, voice))
        return fit(said, cells)

    def watch_target(self) -> None:
        """Say it anew."""
        self.tell()

    def watch_usual(self) -> None:
        """Say it anew."""
        self.tell()


def beside(target: Target | None, usual: Reach | None) -> list[Part]:
    """Give what goes out with a text, what matters most first."""
    if target is None:
        return []
    said: list[Part] = []
    if usual is not None and target.reach is not usual:
        said.append((f"not as public as usual: {target.reach.value}", Voice.NOW))
    if target.warning:
        said.append((f"warning: {clip(target.warning, _WARNING_CELLS)}", Voice.INK))
    if target.pictures:
        said.append((_pictures(target.pictures), Voice.INK))
    if target.quotes is not None:
        said.append((f"quotes {clip(target.to_name or 'a post', _NAME_CELLS)}", Voice.INK))
    if target.language:
        said.append((f"in {target.language}", Voice.QUIET))
    return said


def _pictures(pictures: tuple[Picture, ...]) -> str:
    bare = sum(not one.alt.strip() for one in pictures)
    words = count(len(pictures), "picture")
    return f"{words}, {bare} without a description" if bare else words
