"""A post whose network calls it otherwise since an edit: everything that names it follows.

Law: nothing is lost and nobody waits twice: where both names are known already they become one.
What was handed to the outbox stays as it was frozen; only what a post of ours is called changes.
"""

import msgspec
from msgspec.structs import replace

from services.model.ids import AccountId, PersonId, PostId, ThreadId
from services.store.comments import comment_of, drop_comment
from services.store.database import Transaction
from services.store.piles import rebuild
from services.store.target_detail import decode_target, encode_target
from services.store.waiting import remove, standing


class Renamed(msgspec.Struct, frozen=True):
    """What followed a new name."""

    is_known: bool
    torn: tuple[tuple[ThreadId, PersonId], ...] = ()
    """Standings that have to be told anew from the words that are kept."""


async def rename_comment(tx: Transaction, account: AccountId, old: PostId, new: PostId) -> Renamed:
    """Carry a post over to its new id: in comments, waiting, exchanges, drafts and the outbox."""
    await tx.run(
        "UPDATE outbox SET post = ?3 WHERE account = ?1 AND post = ?2 AND state = 2",
        (account, old, new),
    )
    await _rename_drafts(tx, account, old, new)
    kept = await comment_of(tx, account, old)
    torn: set[tuple[ThreadId, PersonId]] = set()
    if kept is not None:
        if await comment_of(tx, account, new) is not None:
            await drop_comment(tx, account, old)
            torn.add((kept.thread, kept.author.person))
        await _rename_words(tx, account, old, new)
        await _rename_in_thread(tx, account, kept.thread, old, new)
    torn |= await _rename_thread(tx, account, ThreadId(old), ThreadId(new))
    moved = {(ThreadId(new) if str(thread) == old else thread, person) for thread, person in torn}
    return Renamed(kept is not None or bool(moved), tuple(sorted(moved)))


async def _rename_words(tx: Transaction, account: AccountId, old: PostId, new: PostId) -> None:
    rows = await tx.run(
        "UPDATE comment SET post = ?3 WHERE account = ?1 AND post = ?2 RETURNING words",
        (account, old, new),
    )
    for row in rows:
        await tx.run("UPDATE comment_words SET post = ? WHERE rowid = ?", (new, row["words"]))


async def _rename_in_thread(
    tx: Transaction, account: AccountId, thread: ThreadId, old: PostId, new: PostId
) -> None:
    who = (account, thread, old, new)
    for change in (
        """UPDATE comment INDEXED BY comment_thread SET parent = ?4
           WHERE account = ?1 AND thread = ?2 AND parent = ?3""",
        "UPDATE waiting SET post = ?4 WHERE account = ?1 AND thread = ?2 AND post = ?3",
        """UPDATE OR IGNORE exchange SET our_post = ?4
           WHERE account = ?1 AND thread = ?2 AND our_post = ?3""",
    ):
        await tx.run(change, who)


async def _rename_thread(
    tx: Transaction, account: AccountId, old: ThreadId, new: ThreadId
) -> set[tuple[ThreadId, PersonId]]:
    """Carry over what hangs under a post; give who stands under both names already."""
    who = (account, old, new)
    moved = await tx.run(
        "UPDATE comment SET thread = ?3 WHERE account = ?1 AND thread = ?2 RETURNING person", who
    )
    if not moved:
        return set()
    both = await tx.run(
        """SELECT person FROM waiting WHERE account = ?1 AND thread = ?2 AND person IN
             (SELECT person FROM waiting WHERE account = ?1 AND thread = ?3)""",
        who,
    )
    torn = {PersonId(row["person"]) for row in both}
    for person in torn:
        before = await standing(tx, account, old, person)
        if before is not None:
            await remove(tx, account, old, person, before)
    await tx.run("UPDATE waiting SET thread = ?3 WHERE account = ?1 AND thread = ?2", who)
    await rebuild(tx, account, old)
    await rebuild(tx, account, new)
    await tx.run("UPDATE exchange SET thread = ?3 WHERE account = ?1 AND thread = ?2", who)
    return {(new, person) for person in torn}


async def _rename_drafts(tx: Transaction, account: AccountId, old: PostId, new: PostId) -> None:
    """Let drafts speak to the new name; where a draft stands there already, both stay."""
    rows = await tx.run("SELECT target, detail FROM draft WHERE account = ?", (account,))
    for row in rows:
        target = decode_target(row["detail"])
        renamed = replace(
            target,
            thread=ThreadId(new) if str(target.thread) == old else target.thread,
            post=new if target.post == old else target.post,
            edits=new if target.edits == old else target.edits,
        )
        if renamed != target:
            await tx.run(
                """UPDATE OR IGNORE draft SET target = ?, detail = ?
                   WHERE account = ? AND target = ?""",
                (renamed.key, encode_target(renamed), account, row["target"]),
            )
