"""Drafts come back exactly as they were typed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from services.errors import StoreError
from services.model.sending import Draft
from services.model.words import Safe
from services.store.database import PRIVATE, Database, Durability, open_database
from services.store.drafts import Drafts, add_back, give_back
from services.store.target_detail import decode_target, encode_target, storable
from tests.fakes import NOON
from tests.outbox_stage import new_post, reply_to

BEN = reply_to("ben")


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """A private file."""
    opened = await open_database(tmp_path / "private.db", PRIVATE, durability=Durability.NORMAL)
    yield opened
    await opened.close()


async def test_a_draft_comes_back_whole(db: Database) -> None:
    """Target, words and time are what was saved, whatever the words hold."""
    drafts = Drafts(db)
    draft = Draft(BEN, "  tabs\t, lines\n\n, \x1b[31m, “quotes” and 🦊 ", NOON)
    await drafts.save(draft)
    assert await drafts.read(BEN.account, BEN.key) == draft
    assert await drafts.read(BEN.account, "new") is None


async def test_a_target_has_one_draft(db: Database) -> None:
    """Saving again replaces the words, the details and the time."""
    drafts = Drafts(db)
    await drafts.save(Draft(BEN, "first", NOON))
    renamed = msgspec.structs.replace(BEN, to_name=Safe("Benjamin"))
    second = Draft(renamed, "second", NOON + timedelta(seconds=1))
    await drafts.save(second)
    assert await drafts.all() == (second,)


async def test_drafts_are_listed_newest_first(db: Database) -> None:
    """The one saved last stands first."""
    drafts = Drafts(db)
    for name, second in (("cleo", 2), ("ben", 3), ("abe", 1)):
        await drafts.save(Draft(reply_to(name), name, NOON + timedelta(seconds=second)))
    assert [draft.body for draft in await drafts.all()] == ["ben", "cleo", "abe"]


async def test_forgetting_one_leaves_the_others(db: Database) -> None:
    """Only the draft of that account and target goes."""
    drafts = Drafts(db)
    await drafts.save(Draft(BEN, "to ben", NOON))
    await drafts.save(Draft(new_post(), "new", NOON))
    await drafts.forget(BEN.account, BEN.key)
    await drafts.forget(BEN.account, BEN.key)
    assert [draft.body for draft in await drafts.all()] == ["new"]


async def test_names_in_a_target_are_cleaned_when_they_are_read(db: Database) -> None:
    """A file changed by other hands brings no control character into a name."""
    await Drafts(db).save(Draft(BEN, "hello", NOON))
    async with db.write() as tx:
        await tx.run(
            """UPDATE draft SET
               detail = CAST(replace(CAST(detail AS TEXT), 'Ben', 'B\\u001b[2Jn') AS BLOB)"""
        )
    read = await Drafts(db).read(BEN.account, BEN.key)
    assert read is not None
    assert isinstance(read.target.to_name, Safe)
    assert "\x1b" not in read.target.to_name
    assert isinstance(read.target.as_handle, Safe)


def test_a_target_survives_its_column() -> None:
    """Every field of a target is kept."""
    assert decode_target(encode_target(BEN)) == BEN
    assert decode_target(encode_target(new_post())) == new_post()


@pytest.mark.parametrize("detail", [b"", b"{}", b"[]", b'{"kind":"wave"}'])
def test_what_is_no_target_is_an_error_in_words(detail: bytes) -> None:
    """A damaged column is said in a sentence with a remedy."""
    with pytest.raises(StoreError, match="does not say to whom") as raised:
        decode_target(detail)
    assert raised.value.remedy == "`chinwag doctor` says more."


def test_a_name_that_is_no_text_is_refused() -> None:
    """A number where a name belongs is a damaged column, not a name."""
    detail = encode_target(BEN).replace(b'"Ben"', b"7")
    with pytest.raises(StoreError):
        decode_target(detail)


async def test_half_a_character_does_not_cost_the_rest(db: Database) -> None:
    """What no file can keep is replaced, the words around it stay."""
    assert storable("ok \ud83d ok") == "ok ? ok"
    await Drafts(db).save(Draft(BEN, "ok \ud83d ok", NOON))
    read = await Drafts(db).read(BEN.account, BEN.key)
    assert read is not None
    assert read.body == "ok ? ok"


@pytest.mark.parametrize(
    ("standing", "is_given", "body"),
    [
        (None, True, "text"),
        ("text", True, "text"),
        ("", True, "text"),
        (" \t\r\n", True, "text"),
        ("other", False, "other"),
    ],
)
async def test_text_goes_back_unless_other_words_stand_there(
    db: Database, standing: str | None, is_given: bool, body: str
) -> None:
    """A text given back never overwrites different words."""
    drafts = Drafts(db)
    if standing is not None:
        await drafts.save(Draft(BEN, standing, NOON))
    later = NOON + timedelta(seconds=5)
    async with db.write() as tx:
        assert await give_back(tx, BEN, "text", later) is is_given
    read = await drafts.read(BEN.account, BEN.key)
    assert read == Draft(BEN, body, later if is_given else NOON)


async def test_text_asked_for_is_set_below_other_words(db: Database) -> None:
    """Where both are wanted both stand, an empty line between them."""
    drafts = Drafts(db)
    await drafts.save(Draft(BEN, "newer", NOON))
    await drafts.save(Draft(new_post(), "untouched", NOON))
    later = NOON + timedelta(seconds=5)
    async with db.write() as tx:
        await add_back(tx, BEN, "older", later)
    assert await drafts.read(BEN.account, BEN.key) == Draft(BEN, "newer\n\nolder", later)
    assert await drafts.read(BEN.account, "new") == Draft(new_post(), "untouched", NOON)
