"""The type of words that may be shown.

Law: only ``services.text.clean`` makes a ``Safe``; everything that a stranger wrote is a plain
``str`` until then and no widget takes one.
"""


class Safe(str):
    """Text that has been through the cleaner: no control, no bidi control, bounded in size.

    Any operation that builds a new string gives a plain ``str`` again, so that a part of a
    ``Safe`` has to be named safe anew where it is shown.
    """

    __slots__ = ()


NOTHING = Safe("")
"""No words."""
