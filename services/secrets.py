"""Secrets in memory: a type that shows nothing of itself.

Law: what is in a ``Secret`` leaves it only through ``reveal``, called where it goes on the wire;
it is in no log, no error, no repr and no argument of a process.
"""


class Secret:
    """A token or a password; two are equal when what is in them is."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Keep ``value``."""
        self._value = value

    def reveal(self) -> str:
        """Give what is in it, for the wire."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is not written down")
