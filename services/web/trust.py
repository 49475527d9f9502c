"""Whom we believe to be who they say: certificates.

Law: every certificate is checked against the host that was asked for; there is no way around it.
"""

import ssl


def _has_store() -> bool:
    """Tell whether the system has a store of those whom it trusts."""
    paths = ssl.get_default_verify_paths()
    return paths.cafile is not None or paths.capath is not None


def make_context(*, has_store: bool | None = None) -> ssl.SSLContext:
    """Trust whom the system trusts, and where it trusts nobody, whom browsers do.

    ``has_store`` says which of the two it is; ``None``: the system is asked.
    """
    context = ssl.create_default_context()
    if not (_has_store() if has_store is None else has_store):
        import certifi  # noqa: PLC0415 - where it is needed at all

        context.load_verify_locations(certifi.where())
    return context


def ssl_error_of(error: BaseException | None) -> ssl.SSLError | None:
    """Find what went wrong with the encryption under the wrappings of two libraries."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error
