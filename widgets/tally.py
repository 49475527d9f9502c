"""What was done so far, in numbers of answers and people and nothing else."""

from textual.reactive import reactive

from widgets.ages import count
from widgets.one_line import OneLine
from widgets.voices import Part, Voice, fit, measure


def tally(answered: int, people: int) -> list[Part]:
    """Say "4 answered, 3 people" with the numbers standing out."""
    noun = count(people, "person", "people").split(" ", 1)[1]
    return [
        (f"{answered:,}", Voice.NAME),
        (" answered, ", Voice.QUIET),
        (f"{people:,}", Voice.NAME),
        (f" {noun}", Voice.QUIET),
    ]


class Tally(OneLine):
    """The tally at the right end of its place."""

    answered: reactive[int] = reactive(0, repaint=False)
    people: reactive[int] = reactive(0, repaint=False)

    def parts(self, cells: int) -> list[Part]:
        """Say the tally, set to the right."""
        said = fit(tally(self.answered, self.people), cells)
        return [(" " * max(0, cells - measure(said)), Voice.INK), *said]

    def watch_answered(self) -> None:
        """Say it anew."""
        self.tell()

    def watch_people(self) -> None:
        """Say it anew."""
        self.tell()
