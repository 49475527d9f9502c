"""Every fault, once and always, on every kind of server, compared with the server's own list."""

from pathlib import Path

import pytest

from services.model.sending import SendState
from tests.fake_network import Fault, Keys
from tests.outbox_stage import stage

pytestmark = pytest.mark.prove

NEVER_LEFT = {Fault.REFUSED, Fault.DNS, Fault.RATE_SHORT, Fault.RATE_SILENT}
"""Certain to have had no effect, so that even a keyless network is asked again."""


async def outcome(path: Path, keys: Keys, fault: Fault, *, is_always: bool) -> SendState:
    """Run one cell and compare it with what the server published, long afterwards too."""
    async with stage(path, keys) as on:
        assert on.network is not None
        on.network.will(fault)
        on.network.always = fault if is_always else None
        send = await on.say_and_settle()
        await on.pass_time(300)
        draft = await on.drafts.read(send.target.account, send.target.key)
        count = on.server.count(send.id)
        where = (fault.name, keys.name, is_always, send.state.name, count)
        assert count <= 1, where
        assert len(on.settled) == 1, where
        assert (await on.written_ledger() == ["hello"]) == (send.state is SendState.SENT), where
        match send.state:
            case SendState.SENT:
                assert count == 1, where
            case SendState.HELD | SendState.REJECTED:
                assert count == 0, where
                assert draft is not None, where
                assert draft.body == "hello", where
            case _:
                assert await on.rows.unsure() == (send,), where
        assert all(asked.at.seconds - 1000 < 120 for asked in on.server.asked), where
        if keys is Keys.NONE and fault not in NEVER_LEFT:
            assert len(on.server.asked) == 1, where
        return send.state


async def test_the_matrix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In no cell is anything doubled, lost, called sent that is not, or unsent that is."""
    cells: dict[str, int] = {}
    for keys in Keys:
        for is_always in (False, True):
            for fault in Fault:
                name = f"{keys.name}-{is_always}-{fault.name}.db"
                state = await outcome(tmp_path / name, keys, fault, is_always=is_always)
                cells[state.name] = cells.get(state.name, 0) + 1
    assert len(Fault) >= 18
    assert sum(cells.values()) == len(Fault) * len(Keys) * 2
    with capsys.disabled():
        print(f"\n{len(Fault)} faults, {sum(cells.values())} cells, all as they should: {cells}")  # noqa: T201
