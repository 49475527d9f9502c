"""Sends: from the key press to an outcome that its author knows of."""

from services.outbox.runner import Decision, Outbox
from services.outbox.wording import words_for, words_for_taken_back

__all__ = ["Decision", "Outbox", "words_for", "words_for_taken_back"]
