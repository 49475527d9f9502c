"""From any address of a blog to an account, and back out again."""

from pathlib import Path
from time import process_time

import pytest

from services.errors import Forbidden, NetworkError, Rejected, SignedOut, TooLarge, Unreachable
from services.http import Door
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName
from services.networks.wordpress.account import open_wordpress
from services.networks.wordpress.discovery import _named, discover
from services.networks.wordpress.signin import sign_in_wordpress
from services.secrets import Secret
from services.text.clean import clean_line
from services.web.addresses import is_at_home, is_local
from services.web.values import Answer, Request, Validators
from tests.doubles.wordpress import Blog
from tests.fakes import NOON, FakeClock
from tests.services.networks.wordpress.conftest import Open

RECORDED = Path(__file__).parent / "recorded"
INDEX = (RECORDED / "index.json").read_bytes()
ME = (RECORDED / "me.json").read_bytes()
PASSWORD = Secret("pass word")


class Pages:
    """A door to a few pages, as another machine than this one would give them."""

    def __init__(self, pages: dict[str, Answer | NetworkError]) -> None:
        """Give these; anything else is 404."""
        self.pages = pages
        self.asked: list[Request] = []

    async def fetch(self, request: Request) -> Answer:
        """Give a page."""
        self.asked.append(request)
        found = self.pages.get(request.url, page(request.url, b"", 404))
        if isinstance(found, NetworkError):
            raise found
        return found


def page(url: str, body: bytes, status: int = 200, **headers: str) -> Answer:
    """Make an answer."""
    return Answer(status, url, None, headers, body, Validators())


async def test_a_password_that_is_right_signs_in(blog: Blog, door: Door, clock: FakeClock) -> None:
    """We are who the blog says, from ninety days before now; the password is not told."""
    address = blog.host
    who, secrets = await sign_in_wordpress(address, " owner ", PASSWORD, door, clock)
    assert (who.id, who.handle) == (f"wordpress:owner@{address}", f"owner@{address}")
    assert (who.name, who.remote_id) == ("Owner", "1")
    assert who.server == f"http://{address}/wp-json"
    assert (NOON - who.back_to).days == 90
    assert secrets["authorization"].reveal().startswith("Basic ")
    assert secrets["role"].reveal() == "moderator"
    assert "pass" not in repr((who, secrets))


async def test_a_wrong_password_is_told_apart(blog: Blog, door: Door, clock: FakeClock) -> None:
    """Reading works with any password, so the blog is asked who we are."""
    with pytest.raises(Rejected, match="does not know this name"):
        await sign_in_wordpress(blog.host, "owner", Secret("no"), door, clock)


async def test_a_blog_without_names_of_its_own(blog: Blog, door: Door, clock: FakeClock) -> None:
    """Where there is no /wp-json, the API is asked below ?rest_route=."""
    blog.prefix = ""
    who, _ = await sign_in_wordpress(f"{blog.host}/2026/a-post/", "owner", PASSWORD, door, clock)
    assert who.server == f"{blog.base_url}/?rest_route="


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"namespaces": ["wp/v2"], "authentication": []}, "does not take application passwords"),
        ({"namespaces": ["other/v1"]}, "does not look like a WordPress blog"),
        ("<html>", "does not look like a WordPress blog"),
    ],
)
async def test_what_cannot_be_signed_in_to_says_why(
    blog: Blog, door: Door, clock: FakeClock, answer: object, words: str
) -> None:
    """Each case has a sentence of its own, and no password is sent."""
    blog.index = (200, answer, {})
    with pytest.raises(Rejected, match=words):
        await sign_in_wordpress(blog.host, "owner", PASSWORD, door, clock)
    assert not [route for _, route, _ in blog.asked if "users" in route]


async def test_a_blog_that_hides_its_people_says_so(clock: FakeClock) -> None:
    """A plugin that takes the route of users away makes a sign-in impossible."""
    pages = Pages({
        "https://blog.example": page("https://blog.example/", b""),
        "https://blog.example/wp-json/": page("https://blog.example/wp-json/", INDEX),
    })  # fmt: skip
    with pytest.raises(Rejected, match="does not say who signs in"):
        await sign_in_wordpress("blog.example", "owner", PASSWORD, pages, clock)


async def test_a_page_names_its_api(clock: FakeClock) -> None:
    """A real post's HTML names it; it is asked as encrypted as the page was."""
    html = (RECORDED / "page.html").read_bytes()
    me = "https://blog.example/wp-json/wp/v2/users/me?context=edit"
    pages = Pages({
        "https://blog.example/live-thread": page("https://blog.example/live-thread/", html),
        "https://blog.example/wp-json/": page("https://blog.example/wp-json/", INDEX),
        me: page(me, ME, date="Sun, 22 Nov 2026 12:00:00 GMT"),
    })  # fmt: skip
    who, _ = await sign_in_wordpress("blog.example/live-thread/", "admin", PASSWORD, pages, clock)
    assert who.server == "https://blog.example/wp-json"
    sent = [request.url for request in pages.asked if request.authorization is not None]
    assert sent == [me]


async def test_a_header_names_the_api() -> None:
    """So does the Link header, which may name a root of the old kind."""
    link = '<https://blog.example/index.php?rest_route=/>; rel="https://api.w.org/"'
    root = "https://blog.example/index.php?rest_route="
    pages = Pages({
        "https://blog.example": page("https://blog.example/", b"", link=link),
        f"{root}/": page(f"{root}/", INDEX),
    })  # fmt: skip
    assert (await discover("https://blog.example/", pages)).root == root


async def test_an_api_that_is_off_says_so() -> None:
    """The page names it, and it does not answer."""
    html = (RECORDED / "page.html").read_bytes()
    pages = Pages({"https://blog.example": page("https://blog.example/", html)})
    with pytest.raises(Rejected, match="REST API is switched off"):
        await discover("blog.example", pages)


async def test_a_page_that_is_too_large_is_no_hindrance() -> None:
    """The usual places are asked all the same."""
    pages = Pages({
        "https://blog.example": TooLarge("It is too large."),
        "https://blog.example/wp-json/": page("https://blog.example/wp-json/", INDEX),
    })  # fmt: skip
    assert (await discover("blog.example", pages)).root == "https://blog.example/wp-json"


async def test_a_password_is_not_sent_in_the_open(clock: FakeClock) -> None:
    """A blog without https is told of, whether its scheme was typed or not."""
    pages = Pages({
        "https://blog.example": Unreachable("no"),
        "http://blog.example": page("http://blog.example/", b""),
        "http://blog.example/wp-json/": page("http://blog.example/wp-json/", INDEX),
    })  # fmt: skip
    for address in ("blog.example", "http://blog.example"):
        with pytest.raises(Rejected, match="cannot be reached over https"):
            await sign_in_wordpress(address, "owner", PASSWORD, pages, clock)
    assert all(request.authorization is None for request in pages.asked)


async def test_a_blog_that_is_not_there_is_not_blamed() -> None:
    """Where nobody answers at all, that is what is said."""
    nobody = Unreachable("There is no address for blog.example.")
    pages = Pages({"https://blog.example": nobody, "http://blog.example": nobody})
    with pytest.raises(Unreachable, match="no address"):
        await discover("blog.example", pages)


@pytest.mark.parametrize(
    "address", ["", "ftp://blog.example", "two words", "https://u@blog.example"]
)
async def test_what_is_no_address_is_refused(address: str) -> None:
    """Before anything is asked."""
    with pytest.raises((Rejected, Forbidden), match=r"no address|cannot be fetched"):
        await discover(address, Pages({}))


def test_only_this_machine_is_local() -> None:
    """A private network is no place for a password in the open."""
    local = ("http://localhost:8", "http://a.localhost", "http://127.0.0.2:1/x", "http://[::1]/")
    assert all(map(is_local, local))
    assert not any(map(is_local, ("http://192.168.0.2", "http://blog.example", "http://0x7f.1")))
    assert all(map(is_at_home, (*local, "http://192.168.0.2", "http://[fd00::1]:3000")))
    assert not any(map(is_at_home, ("http://blog.example", "http://8.8.8.8", "http://0x7f.1")))


async def test_nothing_is_asked_at_opening(blog: Blog, signed_in: Open) -> None:
    """A start without a network works; what we may do is as it was last known."""
    account = await signed_in()
    assert not account.capabilities.can_moderate
    assert blog.asked == []
    assert account.account.author.person == f"wordpress:{blog.host}:u1"
    await account.close()


async def test_an_account_without_its_password_is_signed_out(door: Door, clock: FakeClock) -> None:
    """It cannot be opened, and says so."""
    line = clean_line("owner@blog")
    who = SignedIn(
        AccountId("w"), NetworkName.WORDPRESS, "https://b/wp-json", line, line, "1", NOON
    )

    async def keep(_: object) -> None:
        """Keep nothing."""

    with pytest.raises(SignedOut):
        await open_wordpress(who, {}, door, clock, keep)


async def test_signing_out_deletes_the_password(signed_in: Open) -> None:
    """Afterwards the blog does not know it, and signing out again is no error."""
    account = await signed_in()
    await account.sign_out()
    with pytest.raises(SignedOut):
        await account.poll(None)
    await account.sign_out()


async def test_an_old_blog_says_where_to_delete_it(blog: Blog, signed_in: Open) -> None:
    """Before 5.7 an application password did not know its own number."""
    blog.has_introspection = False
    with pytest.raises(Rejected, match="does not delete") as refused:
        await (await signed_in()).sign_out()
    assert "wp-admin" in refused.value.remedy


@pytest.mark.parametrize(
    ("html", "root"),
    [
        ("<link rel='https://api.w.org/' href='/wp-json/' />", "https://blog.example/wp-json/"),
        ('<LINK href="x?a=1&amp;b" rel=https://api.w.org/>', "https://blog.example/x?a=1&b"),
        ('<link rel="icon" href="/i"><link rel="https://api.w.org/other" href="/o">', None),
        ("<link rel=https://api.w.org/" * 1_000, None),
    ],
)
def test_a_page_names_its_root_and_takes_no_time(html: str, root: str | None) -> None:
    """However the tag is written; one that is written to keep us busy does not."""
    page = Answer(200, "https://blog.example/", None, {}, html.encode(), Validators())
    began_s = process_time()
    assert _named(page) == root
    assert process_time() - began_s < 1.0
