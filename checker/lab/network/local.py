"""What the services of this machine share: where they listen, and what to do if they cannot."""

import functools
import ssl

HOST = "127.0.0.1"
INSTALL = "Install what is missing: python -m pip install -r requirements.txt"
LOOPBACK = f"Programs must be allowed to listen on {HOST}: ask whoever runs this machine."


class NotServed(Exception):
    """A service of this machine cannot start; the text says why, and what to do."""


@functools.cache
def authority() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The contexts of a server and of a client that trusts it, by an authority of our own.

    Raises:
        NotServed: if the package `trustme` is missing.
    """
    try:
        import trustme
    except ImportError as why:
        raise NotServed(f"A server needs a package for TLS: {why}.\n{INSTALL}") from None
    ours = trustme.CA()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.issue_cert(HOST, "localhost").configure_cert(server)
    client = ssl.create_default_context()
    ours.configure_trust(client)
    return server, client
