"""What a refusal of WordPress means, in our errors and in plain words.

Law: pure. A refusal that leaves open whether something happened is ``Unclear``.
"""

import html
import re
from typing import Final

from services.errors import Gone, NetworkError, RateLimited, Rejected, SignedOut
from services.model.words import Safe
from services.networks.wordpress.wire import read_refusal
from services.text.clean import clean_line
from services.web.answers import expect_ok
from services.web.values import Answer

FLOOD_S: Final = 15.0
"""Between two comments of one author who may not moderate.

Source: WordPress ``wp_throttle_comment_flood``, 2026-11.
"""

NO_TRASH: Final = "rest_trash_not_supported"
TRASHED: Final = frozenset(("rest_already_trashed", "rest_comment_invalid_id"))

_TAG = re.compile(r"<[^<>]*>")
_WORDS: Final = {
    "rest_comment_closed": ("Comments are closed under this post.", ""),
    "rest_comment_invalid_post_id": ("The post that this belongs to is not there any more.", ""),
    "rest_comment_draft_post": ("The post that this belongs to is not published.", ""),
    "rest_comment_trash_post": ("The post that this belongs to is in the trash.", ""),
    "rest_comment_content_invalid": ("There is nothing in it that the blog can show.", ""),
    "comment_content_column_length": (
        "This is longer than the blog can store.",
        "Divide it into several comments.",
    ),
    "rest_cannot_edit": ("Your role on this blog does not let you do that.", ""),
    "rest_cannot_delete": ("Your role on this blog does not let you delete this.", ""),
    "rest_cannot_create": ("Your role on this blog does not let you write posts.", ""),
    "rest_cannot_publish": ("Your role on this blog does not let you publish posts.", ""),
}
_MOVED_FROM, _REFUSED_FROM, _UNKNOWN = 300, 400, 401


class Duplicate(Rejected):
    """The blog has a comment of ours that says the same in the same place."""


def code_of(answer: Answer) -> str:
    """Give the name of a refusal; empty where there is none."""
    return "" if answer.is_ok else read_refusal(answer.body).code


def expect(answer: Answer) -> Answer:
    """Give an answer that is what was asked for.

    Raises:
        SignedOut: the sign-in is not good here; whatever the code, 401 says no more.
        Gone: it is not there any more.
        RateLimited: not now.
        Rejected: refused, in plain words.
        Unclear: the blog has trouble of its own.
    """
    if answer.is_ok:
        return answer
    if answer.status == _UNKNOWN:
        raise SignedOut("The blog does not know us any more.", "Sign in again.")
    refusal = read_refusal(answer.body)
    error = _known(refusal.code)
    if error is not None:
        raise error
    if _MOVED_FROM <= answer.status < _REFUSED_FROM:
        raise Rejected(
            "The blog has moved to another address.", "Sign out, and in again with that one."
        )
    try:
        return expect_ok(answer)
    except Rejected as plain:
        said = said_by(refusal.message)
        raise Rejected(f"The blog says: {said}" if said else plain.what) from plain


def said_by(message: str) -> Safe:
    """Give a message of the server as one line of text, without markup and entities."""
    return clean_line(html.unescape(_TAG.sub("", message[:2_000])), chars=300)


def _known(code: str) -> NetworkError | None:
    if code == "comment_flood":
        return RateLimited("The blog wants some seconds between two comments.", FLOOD_S)
    if code == "comment_duplicate":
        return Duplicate(
            "You have said exactly this in this place before.",
            "Use other words if you mean to say it again.",
        )
    if code in TRASHED:
        return Gone("This comment is not there any more.")
    if code in _WORDS:
        return Rejected(*_WORDS[code])
    return None
