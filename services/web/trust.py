"""Whom we believe to be who they say: certificates.

Law: every certificate is checked against the host that was asked for; there is no way around it.
"""

import ssl


def make_context() -> ssl.SSLContext:
    """Trust whom the system trusts, and where it trusts nobody, whom browsers do."""
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    if paths.cafile is None and paths.capath is None:
        import certifi  # noqa: PLC0415 - where it is needed at all

        context.load_verify_locations(certifi.where())
    return context
