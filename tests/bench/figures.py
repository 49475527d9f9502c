"""The table of figures: what was measured beside what is allowed.

Law: a figure that was not measured says why; it never counts as kept.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What a measurement says about its limit."""

    KEPT = "kept"
    MISSED = "MISSED"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    measured: float | None
    at_most: float
    unit: str
    note: str = ""
    """Beside what it was measured, over how many; or why it was not."""

    @property
    def verdict(self) -> Verdict:
        """Say whether the limit holds."""
        if self.measured is None or math.isnan(self.measured):
            return Verdict.NOT_MEASURED
        return Verdict.KEPT if self.measured <= self.at_most else Verdict.MISSED


def write_table(figures: Iterable[Figure]) -> str:
    """Give all figures as a Markdown table."""
    rows = [("what", "measured", "at most", "", "how")]
    rows += [
        (
            figure.what,
            write_number(figure.measured, figure.unit),
            write_number(figure.at_most, figure.unit),
            _judge(figure),
            figure.note,
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [_write_row(row, widths) for row in rows]
    lines.insert(1, _write_row(["-" * width for width in widths], widths))
    return "\n".join(lines)


def _judge(figure: Figure) -> str:
    """Say whether the limit holds, and by how much it does not."""
    if figure.verdict is not Verdict.MISSED or figure.measured is None or not figure.at_most:
        return figure.verdict.value
    return f"{figure.verdict.value} by {figure.measured / figure.at_most - 1:.0%}"


def write_number(value: float | None, unit: str) -> str:
    """Give a number with three digits that matter, and its unit; a dash where there is none."""
    if value is None or math.isnan(value):
        return "–"
    digits = 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}".strip()


def _write_row(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return f"| {' | '.join(cells)} |"
