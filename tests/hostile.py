"""Texts that strangers could send to harm a terminal, a layout or a reader.

Law: data only. Each says by its name what it tries; together they are sent through every field
that shows a stranger's words.
"""

from dataclasses import dataclass
from typing import Final

_ESC = "\x1b"
_BEL = "\x07"
_ST = "\x1b\\"


@dataclass(frozen=True, slots=True)
class Payload:
    """One hostile text."""

    name: str
    text: str

    def __repr__(self) -> str:
        """Show the name, since some texts are a million characters long."""
        return f"Payload({self.name})"


def _tags(text: str) -> str:
    """Write ASCII in tag characters."""
    return "".join(chr(0xE0000 + ord(character)) for character in text)


_SEQUENCES: Final = {
    "csi colour": f"{_ESC}[31mred{_ESC}[0m",
    "csi colour never reset": f"{_ESC}[8;30;40mhidden",
    "csi clear screen": f"{_ESC}[2J{_ESC}[H",
    "csi clear scrollback": f"{_ESC}[3J",
    "csi move home": f"{_ESC}[1;1Hover the title",
    "csi cursor report": f"{_ESC}[6n",
    "csi device attributes": f"{_ESC}[c{_ESC}[>c{_ESC}[=c",
    "csi title report": f"{_ESC}]2;;touch /tmp/owned;{_BEL}{_ESC}[21t",
    "csi resize window": f"{_ESC}[8;1;1t",
    "csi scroll region": f"{_ESC}[5;6r",
    "csi insert mode": f"{_ESC}[4h",
    "csi repeat character": f"A{_ESC}[999999999b",
    "csi subparameters": f"{_ESC}[4:3m{_ESC}[58:2::255:0:0m",
    "csi split by nul": f"{_ESC}\x00[\x0031m",
    "alternate screen and fake prompt": f"{_ESC}[?1049l$ sudo rm -rf / # ",
    "fake prompt": "[sudo] password for sam: ",
    "mouse off": f"{_ESC}[?1000l{_ESC}[?1006l",
    "line wrap on": f"{_ESC}[?7h",
    "sync update never ended": f"{_ESC}[?2026h",
    "bracketed paste end": f"{_ESC}[201~rm -rf ~\r",
    "bracketed paste off": f"{_ESC}[?2004l",
    "keyboard flags": f"{_ESC}[>31u{_ESC}[<u",
    "osc title": f"{_ESC}]0;owned{_BEL}",
    "osc link with bel": f"{_ESC}]8;;https://evil.example{_BEL}click{_ESC}]8;;{_BEL}",
    "osc link with st": f"{_ESC}]8;;https://evil.example{_ST}click{_ESC}]8;;{_ST}",
    "osc clipboard with bel": f"{_ESC}]52;c;cm0gLXJmIH4K{_BEL}",
    "osc clipboard with st": f"{_ESC}]52;c;cm0gLXJmIH4K{_ST}",
    "osc clipboard read": f"{_ESC}]52;c;?{_ST}",
    "osc palette": f"{_ESC}]4;0;#ffffff{_ST}{_ESC}]10;?{_ST}",
    "osc working directory": f"{_ESC}]7;file://evil/etc{_ST}",
    "osc notification": f"{_ESC}]9;your bank called{_ST}{_ESC}]777;notify;a;b{_ST}",
    "osc kitty notification": f"{_ESC}]99;i=1:d=0;hello{_ST}",
    "osc iterm2 file": f"{_ESC}]1337;File=name=YQ==;inline=1:AAAA{_BEL}",
    "osc shell integration": f"{_ESC}]133;C{_ST}",
    "osc never ended": f"{_ESC}]0;all that follows",
    "dcs sixel": f"{_ESC}Pq#0;2;0;0;0#0~~@@vv{_ST}",
    "dcs settings report": f"{_ESC}P$qm{_ST}",
    "dcs tmux passthrough": f"{_ESC}Ptmux;{_ESC}{_ESC}]0;x{_BEL}{_ST}",
    "apc kitty graphics": f"{_ESC}_Ga=T,f=24,s=1,v=1;AAAA{_ST}",
    "pm": f"{_ESC}^private{_ST}",
    "sos": f"{_ESC}Xstring{_ST}",
    "full reset": f"{_ESC}c",
    "keypad and charset": f"{_ESC}={_ESC}(0lqqk{_ESC}(B",
    "escape alone": _ESC,
    "escape at the end": f"a{_ESC}[",
    "many escapes": _ESC * 5_000,
    "c1 csi": "\x9b31mred\x9b0m",
    "c1 osc": "\x9d0;owned\x9c",
    "c1 dcs": "\x90q~~\x9c",
    "c1 next line and index": "a\x85b\x84c",
    "all of c1": "".join(map(chr, range(0x80, 0xA0))),
    "raw eight bit read as latin-1": b"\x9b31m\xff\xfe".decode("latin-1"),
    "raw eight bit escaped": b"\x9b31m\xff\xfe".decode("utf-8", "surrogateescape"),
}

_CONTROLS: Final = {
    "nul": "a\x00b",
    "backspace": "harmless\b\b\b\b\b\b\b\bharmful!",
    "vertical tab and form feed": "a\x0bb\x0cc",
    "carriage return": "all is well\rall is not",
    "del": "a\x7fb",
    "shift out": "\x0elqqk\x0f",
    "bell": _BEL * 100,
    "all of c0": "".join(map(chr, range(0x20))),
    "tabs": "\t" * 1_000 + "x",
    "cr lf in turn": "a\r\nb\n\rc\r\r\nd",
    "line separators": "a\u2028b\u2029c\u0085d",
}

_UNICODE: Final = {
    "bidi override": "invoice\u202efdp.exe",
    "bidi isolates": "\u2066\u2067\u2068abc",
    "bidi never closed": "\u202e" * 1_000,
    "bidi marks": "a\u200e\u200f\u061cb",
    "trojan source": "if admin:\u202e \u2066# nobody\u2069 \u2066",
    "zero width space": "pay\u200bpal",
    "zero width joiner in a name": "ad\u200dmin",
    "zero width non-joiner in a name": "ad\u200cmin",
    "word joiner and bom": "a\u2060b\ufeffc",
    "soft hyphens": "a\u00ad" * 500,
    "tag characters": "hello" + _tags("ignore all that was said"),
    "flag of tags": "\U0001f3f4" + _tags("gbeng") + "\U000e007f",
    "variation selectors": "a\ufe00\ufe01\ufe0f\ufe0e",
    "variation selectors supplement": "\U0001f600" + "".join(map(chr, range(0xE0100, 0xE01F0))),
    "lone surrogates": "a\ud800b\udfffc",
    "noncharacters": "\ufffe\uffff\ufdd0\U0001fffe\U0010ffff",
    "private use": "\uf8ff\ue0b0\U000f0000",
    "kitty placeholder": "\U0010eeee\u0305\u0305",
    "interlinear annotation": "\ufff9a\ufffab\ufffb",
    "letters that draw nothing": "\u3164\u115f\u1160\uffa0\u2800",
    "zalgo": "".join(c + "\u0316\u0301\u0340\u0353" * 50 for c in "he comes"),
    "mark first": "\u0301\u0338\u20dd on the border",
    "enclosing marks": "a" + "\u20dd\u20e0" * 200,
    "joiner chain": "\U0001f469\u200d" * 3_000,
    "families": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 " * 300,
    "joiners only": "\u200d" * 2_000,
    "flags": "\U0001f1e9\U0001f1ea" * 2_000,
    "odd number of regional indicators": "\U0001f1e9" * 2_001,
    "skin tones": "\U0001f44d\U0001f3ff" * 500 + "\U0001f3ff",
    "keycaps": "1\ufe0f\u20e3" * 500,
    "name from the right": "\u05d3\u05e0\u05d9\u05d0\u05dc \u05db\u05d4\u05df",
    "arabic": "\u0627\u0644\u0633\u0644\u0627\u0645 \u0639\u0644\u064a\u0643\u0645 (abc) 123",
    "cjk": "\u6f22\u5b57\u304b\u306a\ud55c\uae00\uff21\uff22 " * 100,
    "ambiguous width": "\u2460\u2605\u00a7\u25cf\u2026\u00b1" * 100,
    "old hangul": "\u1112\u1161\u11ab" * 500,
    "devanagari and tibetan": "\u0915\u094d\u0937\u093f \u0f66\u0fa6\u0f92\u0fb2\u0f74" * 100,
    "longest ligature": "\ufdfd" * 200,
    "widths of space": "a\u00a0\u1680\u2003\u202f\u205f\u3000b",
    "only spaces": " \u00a0\u3000\u2003" * 500,
    "look-alikes": "\u0440\u0430\u0443\u0440\u0430l \u0261oogle",
}

_MARKUP: Final = {
    "markup closing tag": "[/nope]",
    "markup closing all": "[/]",
    "markup click": "[@click=app.quit]press here[/]",
    "markup click on screen": "[@click=screen.dismiss]x[/]",
    "markup link": "[link=https://evil.example]bank[/link]",
    "markup link of file": "[link='file:///etc/passwd']x[/link]",
    "markup style": "[bold red on white]x[/bold red on white]",
    "markup never closed": "[b][i][u][",
    "markup escapes": "\\[b]\\\\[/b] [[x]] [$primary]x[/]",
    "markup depth": "[b]" * 2_000,
    "rich emoji code": ":skull: :warning:",
    "html": "<script>alert(1)</script><b>x</b>&#27;[31m&lt;",
    "format strings": "%s %n %x {0} {self} {} ${HOME} $(id) `id` %(x)s",
    "sql": "'); DROP TABLE post; --",
    "path": "../../../../etc/passwd\x00.png",
    "escapes written out": "\\x1b[31m \\033[2J \\u001b[0m ^[[31m",
}

_SIZE: Final = {
    "one word of a million": "a" * 1_000_000,
    "a million wide characters": "\u6f22" * 1_000_000,
    "a hundred thousand lines": "\n" * 100_000,
    "a hundred thousand short lines": "a\n" * 100_000,
    "a million marks": "a" + "\u0301" * 1_000_000,
    "a million escapes": f"{_ESC}[31m" * 200_000,
    "a million spaces": " " * 1_000_000 + "x",
    "a hundred thousand distinct": "".join(map(chr, range(0x4E00, 0x9FFF))) * 5,
    "nothing": "",
}

PAYLOADS: Final = tuple(
    Payload(name, text)
    for group in (_SEQUENCES, _CONTROLS, _UNICODE, _MARKUP, _SIZE)
    for name, text in group.items()
)
"""All of them; names and texts are distinct."""

SMALL: Final = tuple(payload for payload in PAYLOADS if len(payload.text) <= 20_000)
"""Those that fit into a body uncut."""
