"""Rows from elsewhere are put together as headlines are here."""

from services.topics.clustering import ALIKE
from services.topics.news_series import stories_of

TITLES = (
    "Dam at Weirford bursts after three days of rain",
    "Heron wins a prize in Quell",
    "Weirford flees as dam gives way",
    "Weirford: dam bursts after days of rain",
)


def rows(*titles: str) -> list[dict[str, object]]:
    """Give a row a minute."""
    return [
        {
            "id": str(number),
            "ts": 1_000_000.0 + 60 * number,
            "title": title,
            "url": f"https://p{number}.example/{number}",
            "publisher": f"P {number}",
        }
        for number, title in enumerate(titles)
    ]


def test_each_row_is_told_its_story() -> None:
    """From itself and those before alone: what comes later changes no name."""
    names = stories_of(rows(*TITLES), ALIKE)
    dam, heron = names[:2]
    assert names == [dam, heron, dam, dam]
    assert dam != heron
    for count in range(1, 4):
        assert stories_of(rows(*TITLES[:count]), ALIKE) == names[:count]


def test_how_alike_they_must_be_is_given() -> None:
    """Nearly the same alone are one story where that is asked for."""
    names = stories_of(rows(*TITLES), 0.2)
    assert names[0] == names[3] != names[2]


def test_rows_of_one_moment_stand_as_they_come() -> None:
    """Also where a clock went back: the order of rows is the order of seeing."""
    told = [{**row, "ts": 1_000_000.0 - number} for number, row in enumerate(rows(*TITLES))]
    names = stories_of(told, ALIKE)
    assert names == [names[0], names[1], names[0], names[0]]
