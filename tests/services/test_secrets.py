"""A secret shows nothing of itself."""

import copy
import pickle

import msgspec
import pytest

from services.secrets import Secret
from services.web.values import Request


def test_shows_nothing() -> None:
    """Neither its text nor that of what holds it has the secret in it."""
    secret = Secret("Bearer abc123")
    request = Request("https://there.example/", authorization=secret)
    assert "abc123" not in f"{secret!r} {secret} {request!r}"
    assert secret.reveal() == "Bearer abc123"


def test_is_not_written_down() -> None:
    """It cannot be pickled, copied or encoded."""
    secret = Secret("abc123")
    for write in (pickle.dumps, copy.copy, msgspec.json.encode):
        with pytest.raises(TypeError):
            write(secret)


def test_equality() -> None:
    """Two secrets with the same in them are equal; a secret is no text."""
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"
