"""Links in one form, so that two ways of writing one address are seen to be one.

Law: pure, never raises. What might be another page stays another page.
"""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

_TRACKING = re.compile(
    r"(?:utm_\w+|mtm_\w+|pk_\w+|at_(?:medium|campaign|\w*link\w*|ptr_\w+|format|bbc_team|custom\d)"
    r"|fbclid|gclid|dclid|msclkid|yclid|twclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|ref_src|ref_url"
    r"|cmpid|cmp|ocid|ito|ns_\w+|smid|smtyp|sr_share|guccounter|guce_\w+|wt_mc|wtmc|xtor|amp)",
    re.IGNORECASE,
)
_FRONT = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_AMP = re.compile(r"(?:/amp|\.amp|/amp\.html?|\.amp\.html?)$", re.IGNORECASE)
_CACHED = re.compile(r"^/(?:amp|c|v)/(?:s/)?(?=[^/]+\.[^/]+/)")


def canonical_link(url: str) -> str | None:
    """Give ``url`` without scheme, tracking, ``www`` and what leads to the same page for phones.

    ``None`` for what is no link, and for a front page, which many headlines have in common.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    path = parts.path
    if host.endswith(".cdn.ampproject.org") or (host.startswith("www.google.") and "/amp/" in path):
        rest = _CACHED.sub("", path)
        if rest != path:
            host, _, path = rest.partition("/")
            path = f"/{path}"
    host = _FRONT.sub("", host.lower())
    path = _INDEX.sub("", _AMP.sub("", path.rstrip("/"))).rstrip("/")
    pairs = parse_qsl(parts.query, keep_blank_values=True) if parts.query else []
    kept = sorted(pair for pair in pairs if not _is_tracking(*pair))
    if not host or not (path or kept):
        return None
    place = host if port in {None, 80, 443} else f"{host}:{port}"
    return f"{place}{path}{'?' + urlencode(kept) if kept else ''}"


def _is_tracking(name: str, value: str) -> bool:
    return bool(_TRACKING.fullmatch(name)) or (name.lower(), value) == ("outputtype", "amp")
