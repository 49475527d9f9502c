"""Where one may go at all: what is read from an address before anything is connected.

Law: a place is checked before it is asked, and its addresses before they are dialled; what is
dialled is the address that was checked. Only a host that the user named may be private.
"""

from urllib.parse import quote, urljoin, urlsplit

import msgspec

from services.errors import Forbidden, Unreachable
from services.model.words import Safe
from services.text.clean import clean_line, clean_url
from services.web.addresses import Address, Resolver, is_public, literal

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_SECURE = frozenset({"https", "wss"})
_WEB_SCHEMES = {"ws": "http", "wss": "https"}
_URL_SAFE = "%/:=&?~#+!$,;'@()*[]"


class Place(msgspec.Struct, frozen=True):
    """Where one address leads: a scheme, a host and a port, and what to ask for there."""

    scheme: str
    host: str
    """In lower case and ASCII; an address of six bytes and more without its brackets."""
    port: int
    target: str
    """Path and query."""

    @property
    def origin(self) -> tuple[str, str, int]:
        """Whose credentials these are."""
        return (self.scheme, self.host, self.port)

    @property
    def is_secure(self) -> bool:
        """Whether nobody on the way can read it."""
        return self.scheme in _SECURE

    @property
    def name(self) -> Safe:
        """Give the host as a person is told of it."""
        return clean_line(self.host, chars=80)

    @property
    def url(self) -> str:
        """Give the whole address, without a fragment."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.target}"


class Gate:
    """The rules of where one may go."""

    def __init__(self, resolver: Resolver, named_hosts: frozenset[str] = frozenset()) -> None:
        """Let through what is public, and ``named_hosts`` (``host`` or ``host:port``) as well."""
        self._resolver = resolver
        self._named_hosts = frozenset(host.lower() for host in named_hosts)

    def place(self, url: str) -> Place:
        """Read an address; ``http``, ``https``, ``ws`` and ``wss`` lead somewhere.

        Raises:
            Forbidden: it leads nowhere that may be asked.
        """
        place = read_place(url)
        if not self._is_on_web_port(place):
            raise Forbidden(
                f"{place.name} is asked for on port {place.port}, and that is none of the web.",
                "Name the host and the port in config.toml if it is yours.",
            )
        return place

    def is_named(self, place: Place) -> bool:
        """Tell whether the user's own configuration names it."""
        host = f"[{place.host}]" if ":" in place.host else place.host
        names = {place.host, f"{host}:{place.port}", f"{place.host}:{place.port}"}
        return not self._named_hosts.isdisjoint(names)

    def _is_on_web_port(self, place: Place) -> bool:
        return self.is_named(place) or place.port in _DEFAULT_PORTS.values()

    def next_place(self, here: Place, location: str) -> Place:
        """Read where a redirect from ``here`` leads.

        Raises:
            Forbidden: it leads nowhere that may be asked, or to a host that is for us alone.
        """
        try:
            url = urljoin(here.url, quote(location.strip(), safe=_URL_SAFE))
        except ValueError:
            url = ""
        try:
            place = read_place(url)
        except Forbidden as error:
            raise Forbidden(f"{here.name} leads to an address that is not followed.") from error
        address = literal(place.host)
        is_private = address is not None and not is_public(address)
        # What the user named is for the user to ask: others may not point us at it.
        if not _is_same_host(here, place) and (is_private or self.is_named(place)):
            raise Forbidden(f"{here.name} leads to a private address.")
        if not self._is_on_web_port(place):
            raise Forbidden(f"{here.name} leads to port {place.port}, and that is none of the web.")
        return place

    async def addresses(self, host: str, port: int) -> tuple[Address, ...]:
        """Give the addresses of a place that may be dialled, all of them checked.

        Raises:
            Unreachable: there is no such name, or nobody to ask.
            Forbidden: one of them is private.
        """
        place = Place("http", host, port, "/")
        address = literal(host)
        try:
            found = (address,) if address else await self._resolver(host, port)
        except OSError as error:
            raise Unreachable(f"There is no address for {place.name}.") from error
        if not found:
            raise Unreachable(f"There is no address for {place.name}.")
        if not self.is_named(place) and not all(is_public(address) for address in found):
            raise Forbidden(
                f"{place.name} leads to a private address.",
                "Name the host in config.toml if it is yours.",
            )
        return found


def read_place(url: str) -> Place:
    """Read an address without asking whether one may go there.

    Raises:
        Forbidden: it is none of the web, names a user, or is not what it seems.
    """
    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    cleaned = clean_url(f"{_WEB_SCHEMES.get(scheme, scheme)}{separator}{rest}")
    if cleaned is None:
        raise Forbidden(
            "This address cannot be fetched.", "Use one that begins with https:// and a host."
        )
    parts = urlsplit(cleaned)
    host = parts.hostname or ""
    try:
        literal(host)
        port = parts.port
    except ValueError as error:
        raise Forbidden("This address names its host by a number in disguise.") from error
    path = parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    return Place(scheme, host, _DEFAULT_PORTS[scheme] if port is None else port, target)


def _is_same_host(here: Place, there: Place) -> bool:
    """Tell whether it is the same server, or its encrypted side."""
    if here.host != there.host:
        return False
    is_upgrade = (here.port, there.port) == (_DEFAULT_PORTS["http"], _DEFAULT_PORTS["https"])
    return here.port == there.port or (is_upgrade and there.is_secure)
