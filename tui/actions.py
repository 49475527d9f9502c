"""The one registry of what can be done: keys, bindings, palette and help are made from it.

Law: a key stands here or it does not exist; what help says of a place works in that place.
"""

from enum import Enum

import msgspec
from textual.binding import Binding


class Place(Enum):
    """Where an action works."""

    EVERYWHERE = "Everywhere"
    LISTS = "In a list"
    LOBBY = "In the lobby"
    LIVE = "In a session, outside the composer"
    COMPOSER = "In the composer"
    DEBRIEF = "In a debrief"


class Action(msgspec.Struct, frozen=True):
    """One thing that can be done."""

    name: str
    """Of the ``action_`` method that does it."""
    key: str
    """As Textual names keys, several with commas between."""
    shown: str
    """The key as people read it."""
    label: str
    """Two or three words, for hints and the palette."""
    help: str
    """One sentence."""
    place: Place
    is_bound: bool = True
    """Whether a screen or the app binds it; a widget binds the others itself."""
    is_priority: bool = False
    """Whether it comes before the widget that has the keys."""


_ALL, _LISTS, _LOBBY, _LIVE, _COMPOSER, _DEBRIEF = (
    Place.EVERYWHERE,
    Place.LISTS,
    Place.LOBBY,
    Place.LIVE,
    Place.COMPOSER,
    Place.DEBRIEF,
)

ACTIONS: tuple[Action, ...] = (
    Action(
        "help",
        "f1,question_mark",
        "? or f1",
        "help",
        "Show every key; a sheet names its own.",
        _ALL,
    ),
    Action(
        "command_palette", "ctrl+p", "ctrl+p", "palette", "Find an action by name.", _ALL, False
    ),
    Action(
        "suspend_process",
        "ctrl+z",
        "ctrl+z",
        "to the shell",
        "Step out; `fg` comes back.",
        _ALL,
        is_priority=True,
    ),
    Action(
        "leave",
        "ctrl+q",
        "ctrl+q",
        "leave",
        "Leave Chinwag. A session goes on by its clock and can be gone on with.",
        _ALL,
        is_priority=True,
    ),
    Action("move", "down,j", "↓ or j", "next", "To the next row.", _LISTS, False),
    Action("move_back", "up,k", "↑ or k", "previous", "To the row before.", _LISTS, False),
    Action(
        "page", "pagedown", "page down", "further", "A page on; page up goes back.", _LISTS, False
    ),
    Action(
        "first",
        "home",
        "home",
        "first",
        "To the first row, and what is new above it.",
        _LISTS,
        False,
    ),
    Action("last", "end", "end", "last", "To the last row.", _LISTS, False),
    Action(
        "choose",
        "enter",
        "enter",
        "open",
        "Open what the cursor is on; of a headline, copy its address.",
        _LISTS,
        False,
    ),
    Action(
        "start",
        "enter",
        "enter",
        "start",
        "Sit down, with whoever is under the cursor.",
        _LOBBY,
    ),
    Action("five_minutes", "r", "r", "five minutes", "Five minutes with that person.", _LOBBY),
    Action("longer", "right,l", "→ or l", "longer", "Sit down for longer.", _LOBBY),
    Action("shorter", "left,h", "← or h", "shorter", "Sit down for less.", _LOBBY),
    Action("minutes", "m", "m", "minutes", "Type how many minutes.", _LOBBY),
    Action("rhythm", "s", "s", "rhythm", "Reply first, or on the story.", _LOBBY),
    Action("intention", "i", "i", "intention", "Say what you sit down for.", _LOBBY),
    Action(
        "practice", "p", "p", "practice", "A session with a made-up cast; leaves no trace.", _LOBBY
    ),
    Action("commons", "c", "c", "commons", "Take part among the people on this box.", _LOBBY),
    Action("go_on", "g", "g", "go on", "Go on with a session that was cut off.", _LOBBY),
    Action("take_over", "t", "t", "take over", "Take Chinwag over from another terminal.", _LOBBY),
    Action("order", "o", "o", "order", "Who needs you first, or the oldest first.", _LOBBY),
    Action("debriefs", "d", "d", "debriefs", "Read the debriefs of past sessions.", _LOBBY),
    Action("accounts", "a", "a", "accounts", "Who you are, and where; sign in and out.", _LOBBY),
    Action("held_back", "v", "v", "held back", "Whom a network holds back from you.", _LOBBY),
    Action("queue", "u", "u", "queued", "What other tools have queued, and your points.", _LOBBY),
    Action("headlines", "b", "b", "headlines", "Whose headlines are read, and how.", _LOBBY),
    Action("tastes", "w", "w", "what you follow", "Tags and words you follow or mute.", _LOBBY),
    Action(
        "settings", "comma", ",", "settings", "Theme, whether you are seen, public posts.", _LOBBY
    ),
    Action("check", "f", "f", "look after", "Look after texts that are not settled.", _LOBBY),
    Action("quit", "q", "q", "leave", "Leave Chinwag.", _LOBBY),
    Action("do('reply')", "r", "r", "reply", "Answer the person or post under the cursor.", _LIVE),
    Action(
        "do('new')", "n", "n", "new post", "Say something new; who waits first is shown.", _LIVE
    ),
    Action(
        "do('own')",
        "s",
        "s",
        "say your own",
        "Say your own about the open topic, from the first account that can.",
        _LIVE,
    ),
    Action(
        "do('set_aside')",
        "x",
        "x",
        "set aside",
        "This needs no answer from you; of a topic, show it no more for two days.",
        _LIVE,
    ),
    Action("do('watch')", "w", "w", "watch", "Not now, but tell me when they write again.", _LIVE),
    Action("do('undo')", "u", "u", "undo", "Undo the last set aside or watch.", _LIVE),
    Action(
        "do('take_back')", "z", "z", "take back", "Delete your last post within a minute.", _LIVE
    ),
    Action("do('order')", "o", "o", "order", "Who needs you first, or the oldest first.", _LIVE),
    Action("do('topics')", "t", "t", "topics", "To the topics.", _LIVE),
    Action(
        "do('why')", "h", "h", "why it is here", "Why a topic is here; follow or mute it.", _LIVE
    ),
    Action(
        "do('tastes')", "g", "g", "what you follow", "Tags and words you follow or mute.", _LIVE
    ),
    Action("do('unread')", "e", "e", "unread", "To the people who wait.", _LIVE),
    Action(
        "do('copy')",
        "y",
        "y",
        "copy link",
        "Copy the address of the headline or post, and show it in full.",
        _LIVE,
    ),
    Action(
        "do('search')", "slash", "/", "search", "Search what was said to you and by you.", _LIVE
    ),
    Action("do('back')", "escape", "esc", "back", "Back from a topic or a pile.", _LIVE),
    Action(
        "do('more_time')",
        "plus",
        "+",
        "five more",
        "Put the end off by five minutes, twice at most.",
        _LIVE,
    ),
    Action("do('check')", "f", "f", "look after", "Look after texts that are not settled.", _LIVE),
    Action("do('accounts')", "a", "a", "accounts", "Who you are; sign in again.", _LIVE),
    Action("do('person')", "i", "i", "who is it", "Who that is; mute, block, report, hide.", _LIVE),
    Action("do('edit')", "m", "m", "edit", "Put other words in your post under the cursor.", _LIVE),
    Action("do('quote')", "c", "c", "quote", "Quote the post, if its author lets you.", _LIVE),
    Action("do('approve')", "v", "v", "let through", "Let a held comment be seen; asks.", _LIVE),
    Action("do('spam')", "d", "d", "spam", "Take a comment away as spam; asks.", _LIVE),
    Action(
        "do('queue')", "l", "l", "queued", "What other tools have queued, and your points.", _LIVE
    ),
    Action("do('end')", "q", "q", "end", "End the session.", _LIVE),
    Action(
        "send",
        "ctrl+j",
        "ctrl+j",
        "say it",
        "Say it. Ctrl+Enter does too, where it arrives.",
        _COMPOSER,
        False,
    ),
    Action("editor", "ctrl+e", "ctrl+e", "editor", "Write it in $EDITOR.", _COMPOSER, False),
    Action(
        "do('reach')",
        "ctrl+r",
        "ctrl+r",
        "who reads it",
        "Let fewer people read it, never more than may.",
        _COMPOSER,
    ),
    Action(
        "do('options')",
        "ctrl+t",
        "ctrl+t",
        "what goes with it",
        "A warning, a language, pictures.",
        _COMPOSER,
    ),
    Action(
        "do('as_whom')",
        "ctrl+o",
        "ctrl+o",
        "as whom",
        "Say a new post as another account.",
        _COMPOSER,
    ),
    Action(
        "leave_pad", "escape", "esc", "back, text is kept", "Back to the list.", _COMPOSER, False
    ),
    Action(
        "next_pane", "tab", "tab", "next pane", "To the next pane; shift+tab back.", _ALL, False
    ),
    Action("verdict('yes')", "y", "y", "yes", "That was it.", _DEBRIEF),
    Action("verdict('partly')", "s", "s", "partly", "Partly.", _DEBRIEF),
    Action("verdict('no')", "n", "n", "no", "It was not.", _DEBRIEF),
    Action("export", "e", "e", "export", "Write the debrief to a file, as Markdown.", _DEBRIEF),
    Action("five_minutes", "r", "r", "five more", "Five minutes with who is left.", _DEBRIEF),
    Action("done", "enter,escape,q", "enter", "done", "Back to the lobby.", _DEBRIEF),
)
"""Everything that can be done, in the order help shows it."""


def bindings(place: Place) -> list[Binding]:
    """Give the bindings of a place that are not a widget's own."""
    return [
        Binding(action.key, action.name, action.label, show=False, priority=action.is_priority)
        for action in ACTIONS
        if action.place is place and action.is_bound
    ]


def hint(place: Place, name: str) -> tuple[str, str]:
    """Give the key and the label of one action, for the status line."""
    action = next(one for one in ACTIONS if one.place is place and one.name == name)
    return action.shown, action.label
