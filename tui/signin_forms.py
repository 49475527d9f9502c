"""How each network is signed in to: what is asked, what one has to know, and whom it asks.

Law: a way in gives who was signed in, or ``None`` when somebody went back; nothing is kept here.
"""

from functools import partial

from textual.app import App

from services.errors import Rejected
from services.model.accounts import SignedIn
from services.model.ids import NetworkName
from services.model.words import Safe
from services.secrets import Secret
from services.text.clean import clean_line, clean_url
from tui.screens.signin import Field, Filled, Form, SignInScreen
from tui.screens.signin_code import CodeScreen
from tui.signing_in import BLUESKY_MAKES_THEM, WORDPRESS_MAKES_THEM, Authorization, SignsIn, host_of

_BLUESKY_SERVER = "bsky.social"


async def sign_in(
    app: App[object], network: NetworkName, door: SignsIn, again: SignedIn | None = None
) -> SignedIn | None:
    """Lead through a sign-in; ``again`` fills in who it was before."""
    match network:
        case NetworkName.BLUESKY:
            return await _bluesky(app, door, again)
        case NetworkName.MASTODON:
            return await _mastodon(app, door, again)
        case NetworkName.WORDPRESS:
            return await _wordpress(app, door, again)
        case _:
            return None


async def _bluesky(app: App[object], door: SignsIn, again: SignedIn | None) -> SignedIn | None:
    async def ask(filled: Filled) -> SignedIn:
        lines = filled.lines
        return await door.sign_in_bluesky(lines["handle"], filled.password, lines["server"])

    form = Form(
        "Sign in to Bluesky",
        (
            Field(
                "handle",
                "Handle",
                "Your handle is needed, such as sam.bsky.social.",
                "" if again is None else again.handle,
                "sam.bsky.social",
            ),
            Field("password", "App password", "An app password is needed.", is_secret=True),
            Field(
                "server",
                "Server",
                "",
                # Where it was not the usual one, it has to be asked there again.
                "" if again is None or _is_usual(again.server) else host_of(again.server),
                f"{_BLUESKY_SERVER}, unless it is another",
            ),
        ),
        f"An app password is made in Bluesky under {BLUESKY_MAKES_THEM}. It may not change the "
        "account itself. Never use the account's own password here.",
        lambda lines: lines["server"] or _BLUESKY_SERVER,
    )
    return await app.push_screen_wait(SignInScreen(form, ask))


async def _mastodon(app: App[object], door: SignsIn, again: SignedIn | None) -> SignedIn | None:
    """Ask which server; then show its address and take the code."""
    server = "" if again is None else host_of(again.server)
    while True:
        asks = SignInScreen(_mastodon_form(server), partial(_begin_mastodon, door))
        begun = await app.push_screen_wait(asks)
        if begun is None:
            return None
        server, authorization, url = begun
        code = CodeScreen(clean_line(host_of(server)), url, partial(_finish, door, authorization))
        who = await app.push_screen_wait(code)
        if who is not None:
            return who


async def _begin_mastodon(door: SignsIn, filled: Filled) -> tuple[str, Authorization, Safe]:
    server = filled.lines["server"]
    authorization = await door.begin_mastodon(server)
    url = clean_url(authorization.url)
    if url is None:
        raise Rejected(f"{clean_line(host_of(server))} gave no address to open.", "Try it later.")
    return server, authorization, url


async def _finish(door: SignsIn, authorization: Authorization, code: Secret) -> SignedIn:
    return await door.finish_mastodon(authorization, code.reveal())


async def _wordpress(app: App[object], door: SignsIn, again: SignedIn | None) -> SignedIn | None:
    async def ask(filled: Filled) -> SignedIn:
        lines = filled.lines
        return await door.sign_in_wordpress(lines["site"], lines["user"], filled.password)

    site, user = "", ""
    if again is not None:
        user, _, site = again.handle.rpartition("@")
    form = Form(
        "Sign in to a WordPress blog",
        (
            Field("site", "Blog", "The address of the blog is needed.", site, "fieldnotes.example"),
            Field("user", "User name", "Your user name there is needed.", user),
            Field(
                "password",
                "App password",
                "An application password is needed.",
                is_secret=True,
            ),
        ),
        f"An application password is made in wp-admin under {WORDPRESS_MAKES_THEM}. Its spaces "
        "may stay. The password you log in with does not work here.",
        lambda lines: lines["site"],
    )
    return await app.push_screen_wait(SignInScreen(form, ask))


def _mastodon_form(server: str) -> Form:
    return Form(
        "Sign in to Mastodon",
        (
            Field(
                "server", "Server", "The name of your server is needed.", server, "mastodon.social"
            ),
        ),
        "The server of your account; others that speak as Mastodon does work as well. It gives "
        "an address to open on any device, and no browser is needed here.",
        lambda lines: lines["server"],
    )


def _is_usual(server: str) -> bool:
    host = host_of(server)
    return host == _BLUESKY_SERVER or host.endswith(".host.bsky.network")
