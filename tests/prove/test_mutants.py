"""The judge of the mutants is not lenient."""

import tomllib

from tests.prove.mutants import (
    Change,
    count,
    find_doubtful,
    judge,
    read_change,
    read_function,
    read_listed,
    write_entry,
)

KILLED = {f"services.a.x_f__mutmut_{number}": "killed" for number in range(9)}
CHANGE = Change("services.a.f", "a < b", "a <= b")


def test_nine_of_ten_are_enough_and_eight_are_not() -> None:
    """The limit holds per module, and a mutant without a test is not killed."""
    nine = KILLED | {"services.a.x_f__mutmut_9": "survived"}
    assert count(nine) == {"services.a": (9, 10)}
    assert judge(nine, [], {}) == []
    eight = nine | {"services.a.x_f__mutmut_0": "no tests"}
    assert judge(eight, [], {}) == ["services.a: fewer than 90% of its mutants were killed"]


def test_a_good_part_does_not_hide_a_bad_one() -> None:
    """Another module's kills do not count."""
    mixed = KILLED | {"services.b.xǁOutboxǁsend__mutmut_1": "survived"}
    assert len(judge(mixed, [], {})) == 1


def test_what_does_not_come_out_as_listed_is_looked_at_again() -> None:
    """A survivor nobody knows, and every mutant of a function of which a known one is missing."""
    mixed = KILLED | {"services.a.x_f__mutmut_9": "survived", "services.a.x_g__mutmut_1": "killed"}
    survivors = {"services.a.x_f__mutmut_9": CHANGE}
    assert find_doubtful(mixed, survivors, {CHANGE: "why"}) == []
    assert find_doubtful(mixed, survivors, {}) == ["services.a.x_f__mutmut_9"]
    gone = Change("services.a.g", "a", "b")
    assert find_doubtful(mixed, survivors, {CHANGE: "why", gone: "why"}) == [
        "services.a.x_g__mutmut_1"
    ]


def test_a_survivor_has_to_be_listed_with_its_reason() -> None:
    """Unlisted, reasonless and outdated entries are each a problem; a good one is none."""
    (entry,) = judge(KILLED, [CHANGE], {})
    assert tomllib.loads(entry)["survivor"][0]["now"] == "a <= b"
    assert len(judge(KILLED, [CHANGE], {CHANGE: ""})) == 1
    assert len(judge(KILLED, [], {CHANGE: "they are never equal"})) == 1
    assert judge(KILLED, [CHANGE], {CHANGE: "they are never equal"}) == []


def test_what_is_printed_can_be_listed() -> None:
    """An entry reads back as the change it was written from, quotes and all."""
    change = Change("services.a.f", 'say("it\'s \\n")', "say(None)")
    text = write_entry(change).replace('reason = ""', 'reason = " no matter "')
    assert read_listed(text) == {change: "no matter"}


def test_names_of_methods_and_functions_are_read() -> None:
    """A mutant's name gives its function, in a class or not."""
    assert read_function("services.a.b.x__f_g__mutmut_12") == "services.a.b._f_g"
    assert read_function("services.a.xǁOutboxǁsend__mutmut_1") == "services.a.Outbox.send"


def test_a_change_is_read_from_the_source_of_all_mutants() -> None:
    """What was and what is stand side by side, without the tool's own names in them."""
    bodies = ["a <\n        b", "a <=\n        b", "a <\n        None"]
    names = ["orig", "1", "2"]
    source = "class Box:\n" + "".join(
        f"    async def xǁBoxǁfits__mutmut_{name}(self, a, b):\n        return (\n        {body})\n"
        for name, body in zip(names, bodies, strict=True)
    )
    change = read_change("services.a.xǁBoxǁfits__mutmut_1", source)
    assert change == Change("services.a.Box.fits", "a <", "a <=")
    assert read_change("services.a.xǁBoxǁfits__mutmut_2", source).now == "None)"
    source = "def x_f__mutmut_orig(a=1): pass\ndef x_f__mutmut_1(a=2): pass\n"
    change = read_change("services.a.x_f__mutmut_1", source)
    assert change == Change("services.a.f", "def (a=1): pass", "def (a=2): pass")
