"""What a search found: who, when, and the words, two lines each."""

from datetime import datetime

from textual.reactive import reactive

from services.model.posts import Post, Relation
from widgets.ages import duration, since
from widgets.cells import clip
from widgets.lines import Lines
from widgets.voices import Part, Voice, spread


class FoundList(Lines[Post]):
    """Posts that were found."""

    now: reactive[datetime | None] = reactive(None, repaint=False)

    def key_of(self, value: Post) -> tuple[str, str]:
        """A post is the same on the same account."""
        return (value.account, value.id)

    def render_row(self, value: Post, cells: int, *, is_selected: bool) -> tuple[list[Part], ...]:
        """Say who and when; under it the words."""
        who = "you" if value.relation is Relation.OURS else str(value.author.name)
        age = f"{duration(since(value.created_at, self.now))} ago"
        voice = Voice.INK if is_selected else Voice.QUIET
        head = spread(
            [("  ", Voice.INK), (clip(who, max(4, cells - 24)), Voice.NAME)],
            [(age, Voice.QUIET), (" ", Voice.INK)],
            cells,
        )
        return (head, [("  ", Voice.INK), (clip(value.body, cells - 3), voice)])
