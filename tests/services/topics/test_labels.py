"""What a person would call what is spoken of."""

import pytest

from services.topics.features import features_of
from services.topics.labels import NAMES_AT_MOST, label_of, names_of


def core_of(body: str) -> list[str]:
    """Give what a post speaks of."""
    return list(features_of(body).names)


@pytest.mark.parametrize(
    ("core", "bodies", "label"),
    [
        (["weir otterham", "weir"], ["the weir Otterham", "the weir Otterham"], "weir Otterham"),
        (
            ["otterham", "rain"],
            ["Otterham rain #rain", "OTTERHAM", "Otterham #rain"],
            "Otterham #rain",
        ),
        (["weir", "otterham"], ["a weir at Otterham", "Otterham's weir"], "Otterham"),
        (["otterham", "otterhamweir"], ["Otterham #OtterhamWeir"], "#OtterhamWeir"),
        (["otterham"], ["#otterham", "Otterham", "#otterham"], "#otterham"),
        (
            ["santiago compostela"],
            ["Santiago de Compostela", "in Santiago de Compostela"],
            "Santiago de Compostela",
        ),
        (["河狸", "狸镇", "大坝"], ["河狸镇的大坝", "在河狸镇"], "河狸镇"),
    ],
)
def test_a_name_and_a_tag(core: list[str], bodies: list[str], label: str) -> None:
    """As people write it mostly, and each once."""
    assert label_of(names_of(core, bodies), "") == label


def test_it_is_never_a_bag_of_words() -> None:
    """Of six names two at most are said, and never two words that stand nowhere together."""
    names = names_of(["siren", "roof", "weir", "cellar"], ["siren roof", "weir and cellar"])
    assert label_of(names, "") == "siren"


def test_what_has_no_name_is_called_by_its_tag_or_its_best_post() -> None:
    """A link is no name."""
    assert names_of(["\u2192heron.example/1"], ["https://heron.example/1"]) == ()
    assert label_of((), "Look at this heron") == "Look at this heron"
    assert label_of(("#otterham",), "x") == "#otterham"
    assert len(label_of((), "x" * 900)) <= 60


def test_names_are_few_and_short() -> None:
    """Whatever is written."""
    words = [f"otter{chr(97 + n)}{chr(97 + n % 7)}" for n in range(20)]
    assert len(names_of(words, [" ".join(words)])) == NAMES_AT_MOST
    run = "海风" * 500
    assert all(len(name) <= 60 for name in names_of(core_of(run), [run]))


def test_what_is_nowhere_written_is_no_name() -> None:
    """As when the posts that held it are gone."""
    assert names_of(["weir", "weir otterham", "水坝"], ["nothing of it"]) == ()
