"""The standard streams: what is said there, cleaned, and what cannot be written out.

Law: nothing here imports anything heavy; an output that takes nothing ends in a sentence.
"""

import os
import sys
from collections.abc import Callable
from typing import TextIO

FAILED = 1


def print_out(print_it: Callable[[], int]) -> int:
    """Do what prints, and see that all of it has got out; give the exit status."""
    try:
        status = print_it()
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone, as `head` does.
        _let_go_of_output()
        return 0
    except OSError as error:
        _let_go_of_output()
        say(f"Not all could be written out: {error.strerror}. See where it goes, and ask again.")
        return FAILED
    return status


def _let_go_of_output() -> None:
    """Let what is still buffered go nowhere, so that the end does not try it again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def is_there(stream: TextIO | None) -> bool:
    """Whether a standard stream was open when the process began."""
    return stream is not None


def say(sentence: str) -> None:
    """Write one sentence to standard error, in whatever letters it can write."""
    if not is_there(sys.stderr):
        return
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(sentence.encode(encoding, "replace").decode(encoding) + "\n")


def printable(text: str) -> str:
    """Give what may be printed of ``text``; the cleaner proper is not trusted to be there yet."""
    return "".join(char if char.isprintable() else "�" for char in text)[:200]
