"""The author's side of a session: drafts that save themselves, the guard, sending, undoing.

Law: what is typed is in the private file within half a second; moving about never changes to
whom a text goes; nothing here decides what was sent, the outbox does.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from msgspec.structs import replace

from services.clock import BootTime, Clock
from services.config import Config
from services.desk import Desk
from services.errors import ChinwagError
from services.guard import Memory, Said, remarks
from services.model.ids import NetworkName
from services.model.limits import Capabilities
from services.model.posts import Post, Reach
from services.model.sending import Send, Target, TargetKind
from services.targets import as_answered, as_kept, language_of, names_before, reaches_for
from widgets.composer import Composer

SAVE_AFTER_S = 0.25
"""From the first unsaved key to the save; half a second is the promise."""

_UNDO_AT_MOST = 50

Undo = Callable[[], Coroutine[Any, Any, None]]
"""What takes one decision back."""


class Composing:
    """What one composer holds, and what can be undone, during one session."""

    def __init__(self, desk: Desk, composer: Composer, config: Config, clock: Clock) -> None:
        """Work with ``composer`` at ``desk``."""
        self._desk = desk
        self._composer = composer
        self._own_sites = frozenset(config.own_sites)
        self._clock = clock
        self._memory = Memory(())
        self._said: tuple[Send, ...] = ()
        self._widest: Reach | None = None
        """How public the text may be at most: as what it answers."""
        self._named = ""
        """The names that a reply begins with of itself."""
        self._said_this_session: tuple[tuple[NetworkName, str], ...] = ()
        self._unsaved: tuple[Target, str] | None = None
        self._leaving: list[tuple[Target, str]] = []
        """Texts of targets that were left before they were saved."""
        self._is_loading = False
        """What was begun for the target has not been read yet."""
        self._saving = asyncio.Lock()
        self._undoes: list[Undo] = []
        self._last_sent: Send | None = None

    @property
    def target(self) -> Target | None:
        """Where the text goes."""
        return self._composer.target

    @property
    def unsaved(self) -> tuple[str, ...]:
        """What was typed and is not in the private file yet, a text per target."""
        texts = [body for _, body in self._leaving]
        if self._unsaved is not None:
            texts.append(self._unsaved[1])
        return tuple(text for text in texts if text.strip())

    async def remember(self) -> None:
        """Read again what was said before, for the guard."""
        self._said = said = await self._desk.reading.said()
        self._memory = Memory.of(
            Said(send.body, send.target.person, send.target.to_name, send.pressed_at)
            for send in said
        )
        session = self._desk.engine.session
        self._said_this_session = tuple(
            (send.target.network, send.body) for send in said if send.session == session
        )

    def begin(self, target: Target) -> None:
        """Speak to ``target`` from this key on; ``load`` brings what was begun for it."""
        if self._composer.target == target:
            return
        if self._unsaved is not None:
            self._leaving.append(self._unsaved)
            self._unsaved = None
        self._widest, self._named = target.reach, ""
        self._measure_by(self.capabilities_of(target))
        self._is_loading = True
        self._composer.turn_to(target)
        self._note("")

    async def load(self) -> None:
        """Bring what was begun for the target; what was typed meanwhile stands behind it.

        Raises:
            StoreError: it cannot be read, or what was left could not be saved.
        """
        await self.save()
        target = self._composer.target
        if target is None or not self._is_loading:
            return
        kept = await self._desk.reading.draft(target)
        answered = await self._answered(target)
        if self._composer.target != target:
            return
        self._is_loading = False
        typed = self._composer.text
        target = self._dressed(target, kept.target if kept else None, answered)
        self._composer.target = target
        if kept is not None:
            self._composer.text = kept.body + typed
        elif answered is not None:
            self._named = names_before(target, answered, target.as_handle)
            self._composer.text = self._named + typed
        self._note(self._composer.text)
        if typed:
            self.edited(target, self._composer.text)
            await self.save()

    def choose(self, target: Target) -> None:
        """Go on with other choices beside the words: the reach, a warning, pictures."""
        if self._composer.target is not None and self._composer.target != target:
            self._composer.target = target
            self.edited(target, self._composer.text)

    def reaches(self) -> tuple[Reach, ...]:
        """Give among which reaches one can choose now; a single one is no choice."""
        target = self._composer.target
        can = None if target is None else self.capabilities_of(target)
        if target is None or can is None or target.kind is TargetKind.EDIT:
            return () if target is None else (target.reach,)
        is_free = target.kind in (TargetKind.NEW, TargetKind.TOPIC)
        widest = can.reaches[0] if is_free and can.reaches else self._widest or target.reach
        return reaches_for(widest, can)

    def capabilities_of(self, target: Target) -> Capabilities | None:
        """Give what the network can do that a text goes to, where it is connected."""
        network = self._desk.networks.get(target.account)
        return None if network is None else network.capabilities

    def _measure_by(self, can: Capabilities | None) -> None:
        composer = self._composer
        composer.limit_graphemes = None if can is None else can.graphemes_at_most
        composer.usual = None if can is None else can.reach
        if can is not None:
            composer.counting, composer.link_graphemes = can.counting, can.link_graphemes

    async def _answered(self, target: Target) -> Post | None:
        """Give the post that a reply answers, where it is known."""
        if target.kind is not TargetKind.REPLY or target.post is None or target.thread is None:
            return None
        return await self._desk.reading.post(target.account, target.thread, target.post)

    def _dressed(self, target: Target, kept: Target | None, answered: Post | None) -> Target:
        """Give a target what it takes over: from what it answers, and from its author."""
        can = self.capabilities_of(target)
        if answered is not None and can is not None:
            target = as_answered(target, answered, can)
            self._widest = target.reach
        if kept is not None:
            return as_kept(target, kept)
        if can is not None and can.has_languages and not target.language:
            return replace(target, language=language_of(self._said, target.account))
        return target

    async def turn_to(self, target: Target) -> None:
        """Speak to ``target``, with the text that was begun for it."""
        self.begin(target)
        await self.load()

    async def take_along(self, target: Target) -> None:
        """Speak to ``target`` with what stands here, below what was begun for it before.

        Raises:
            StoreError: it could not all be saved; no word of it is lost.
        """
        left, body = self._composer.target, self._composer.text
        await self.turn_to(target)
        begun = (self._composer.text.rstrip(), body)
        text = "\n\n".join(part for part in begun if part.strip())
        self._composer.text = text
        self.edited(target, text)
        await self.save()
        if left is not None:
            await self._desk.verbs.save_draft(left, "")

    def edited(self, target: Target, body: str) -> None:
        """Take note of a change; it is saved by the next ``save``."""
        self._unsaved = (target, body)
        self._note(body)

    async def save(self) -> None:
        """Save what is not saved yet; several at once save in turn.

        Raises:
            StoreError: it could not be saved; it is tried again by the next call.
        """
        async with self._saving:
            while self._leaving:
                await self._desk.verbs.save_draft(*self._leaving[0])
                del self._leaving[0]
            unsaved = self._unsaved
            if unsaved is None or self._is_loading:
                return
            await self._desk.verbs.save_draft(*unsaved)
            if self._unsaved == unsaved:
                self._unsaved = None

    async def say(self, target: Target, body: str, pressed: BootTime) -> Send | None:
        """Hand the text to the outbox; ``None`` and the text stays if that was not possible.

        Raises:
            ChinwagError: why not.
        """
        async with self._saving:
            self._unsaved = None
            try:
                send = await self._desk.verbs.say(target, body, pressed)
            except ChinwagError:
                self._stays(target, body)
                self._composer.kept()
                raise
        self._composer.took(body)
        if not self._composer.text and self._composer.target == target:
            self._composer.turn_to(None)
        self._note(self._composer.text)
        return send

    def _stays(self, target: Target, body: str) -> None:
        """Save what was not said with the next ``save``, unless more was typed meanwhile."""
        if self._unsaved is None:
            self._unsaved = (target, body)

    async def settled(self, send: Send) -> None:
        """Show the text again where nothing else is written, or where that target is."""
        target = self._composer.target
        if target is None:
            if send.is_given_back:
                await self.turn_to(send.target)
            return
        if (target.account, target.key) != (send.target.account, send.target.key):
            return
        if not send.is_given_back or (self._composer.text.strip() and not send.is_dismissed):
            return
        # Taken as text it stands in the draft, below what may have been begun since.
        await self.save()
        kept = await self._desk.reading.draft(target)
        if kept is not None and self._composer.target == target:
            self._composer.text = kept.body
            self._note(kept.body)

    def note_sent(self, send: Send) -> None:
        """Remember the last post, so that it can be taken back."""
        self._last_sent = send

    @property
    def last_sent(self) -> Send | None:
        """The last post of this session."""
        return self._last_sent

    def note_decided(self, undo: Undo) -> None:
        """Remember what undoes a decision."""
        self._undoes = [*self._undoes[-_UNDO_AT_MOST:], undo]

    async def undo(self) -> bool:
        """Undo the last decision; whether there was one."""
        if not self._undoes:
            return False
        await self._undoes.pop()()
        return True

    def _note(self, body: str) -> None:
        """Let the guard look, and the clock know whether something is begun."""
        is_begun = bool(body.strip()) and body.strip() != self._named.strip()
        self._desk.engine.note_composing(is_begun=is_begun)
        target = self._composer.target
        if target is None or not body.strip():
            self._composer.remark = ""
            return
        seen = remarks(
            body,
            memory=self._memory,
            target=target,
            own_hosts=self._own_sites,
            said_this_session=self._said_this_session,
            now=self._clock.now().astimezone(),
        )
        self._composer.remark = seen[0].words if seen else ""
