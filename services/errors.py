"""Everything that can go wrong, typed by what a person can do about it.

::

    ChinwagError                what happened, what to do
    ├── ConfigError             config.toml cannot be used
    ├── VaultError              sign-ins cannot be read or kept
    ├── StoreError              a database cannot be opened, read or written
    │   ├── DiskFull            there is no space to write
    │   ├── Damaged             what is in it is no database any more
    │   └── Untrusted           a shared file is not what it should be; nothing was read
    └── NetworkError            a network did not do what was asked
        ├── Unreachable         certainly nothing arrived
        │   └── Forbidden       our own rules do not let us go there
        ├── Unclear             it may have arrived: no answer, or one that cannot be read
        │   ├── TooLarge        the answer is larger than may be
        │   └── Garbled         the answer is not what it says it is
        ├── RateLimited         refused for now; says how long
        ├── Rejected            refused for good; says why
        ├── SignedOut           the network no longer knows us
        └── Gone                what was asked for is not there (any more)

Law: an error is raised with a sentence for a person and, where there is one, a remedy; only
``tui.report`` shows them.
"""


class ChinwagError(Exception):
    """Something went wrong that a person should know of."""

    def __init__(self, what: str, remedy: str = "") -> None:
        """Say what happened and what to do, each as one plain sentence."""
        super().__init__(what)
        self.what = what
        self.remedy = remedy


class ConfigError(ChinwagError):
    """The configuration cannot be used."""


class VaultError(ChinwagError):
    """Where sign-ins are kept cannot be read or written; what is in it is in no sentence."""


class StoreError(ChinwagError):
    """A database cannot be opened, read or written."""


class DiskFull(StoreError):
    """There is no space left to write."""


class Damaged(StoreError):
    """A database file holds something else, or parts of it are broken."""


class Untrusted(StoreError):
    """A shared file or directory is not what it should be."""


class NetworkError(ChinwagError):
    """A network did not do what it was asked."""


class Unreachable(NetworkError):
    """No request left: nothing can have arrived."""


class Forbidden(Unreachable):
    """Our own rules do not let us go there; asking again changes nothing."""


class Unclear(NetworkError):
    """A request left and its outcome is not known."""


class TooLarge(Unclear):
    """The answer is larger than may be; the rest of it was not read."""


class Garbled(Unclear):
    """The answer is packed or written in a way that cannot be read."""


class RateLimited(NetworkError):
    """Refused for now; the request had no effect."""

    def __init__(self, what: str, retry_after_s: float | None = None, remedy: str = "") -> None:
        """Say how long to wait, in seconds, where the network said it."""
        super().__init__(what, remedy)
        self.retry_after_s = retry_after_s


class Rejected(NetworkError):
    """Refused for good; the request had no effect."""


class SignedOut(NetworkError):
    """The network does not know us any more; the request had no effect."""


class Gone(NetworkError):
    """What was asked for is not there."""
