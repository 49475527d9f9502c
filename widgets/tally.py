"""What was done so far, in numbers of answers and people and nothing else."""

from widgets.ages import count
from widgets.voices import Part, Voice


def tally(answered: int, people: int) -> list[Part]:
    """Say "4 answered, 3 people" with the numbers standing out."""
    noun = count(people, "person", "people").split(" ", 1)[1]
    return [
        (f"{answered:,}", Voice.NAME),
        (" answered, ", Voice.QUIET),
        (f"{people:,}", Voice.NAME),
        (f" {noun}", Voice.QUIET),
    ]
