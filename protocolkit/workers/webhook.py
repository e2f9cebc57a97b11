"""Notices to a web address, signed as the Standard Webhooks specification says.

With the standard library alone: no redirects, certificates are always verified, no proxy of
the environment, and whatever the other side does it takes bounded time. Imports channels.
"""

from __future__ import annotations

import base64
import binascii
import errno
import hashlib
import hmac
import ipaddress
import json
import socket
import ssl
from collections.abc import Sequence
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from urllib.parse import quote, urlsplit

from protocolkit import __version__
from protocolkit.ground.errors import UsageError
from protocolkit.semantics.changes import instant_text
from protocolkit.store.base import Notice
from protocolkit.workers.channels import link_to

TIMEOUT = 10.0
"""After so many seconds without an answer it counts as not taken."""

KIND = "protocolkit.notice"
"""The type of our messages, for a receiver that gets others too."""

_PREFIX = "whsec_"
_LENGTHS = range(24, 65)


class Webhook:
    """A receiver at a web address.

    `secrets` are shared with the receiver; several while one takes the place of another.
    `link` is what the address of a case in the county's own system begins with.
    Raises: UsageError: the address or a secret is none; `ca_file` cannot be used.
    """

    def __init__(
        self,
        name: str,
        url: str,
        secrets: Sequence[str],
        *,
        roles: frozenset[str] | None = None,
        link: str = "",
        ca_file: str | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self.name = name
        self.roles = roles
        self._secrets = [_key(secret) for secret in secrets]
        self._link = link
        self._timeout = timeout
        scheme, self._host, self._port, self._target = _parts(url)
        self._tls: ssl.SSLContext | None = None
        if scheme == "https":
            try:
                self._tls = ssl.create_default_context(cafile=ca_file)
            except (OSError, ValueError):  # it may be no name of a file at all
                raise UsageError("`ca_file` cannot be read, or holds no certificates.") from None

    def send(self, notice: Notice, now: datetime) -> str:
        """Post a notice; taken when the answer is a status from 200 to 299."""
        body = json.dumps(self._message(notice)).encode()
        connection = self._connection()
        late = Event()
        cut = Timer(self._timeout, _cut, (connection, late))
        cut.daemon = True
        cut.start()
        try:
            connection.connect()
            if late.is_set():  # too early to be cut: there was nothing to cut yet
                raise TimeoutError
            connection.request("POST", self._target, body, self._headers(notice, now, body))
            status = connection.getresponse().status  # what else it says nobody needs
            if late.is_set():  # half an answer is none
                raise TimeoutError
        except (OSError, HTTPException, ValueError) as error:
            return _why(error, self._timeout, is_late=late.is_set())
        finally:
            cut.cancel()
            connection.close()
        return "" if 200 <= status < 300 else f"answered with the status {status}"

    def _message(self, notice: Notice) -> dict[str, object]:
        at = instant_text(notice.at)
        data = {"notice": notice.id, "case": notice.case, "role": notice.role, "at": at}
        if notice.person:
            data["person"] = notice.person
        if self._link:
            data["link"] = link_to(self._link, notice.case)
        return {"type": KIND, "timestamp": at, "data": data}

    def _headers(self, notice: Notice, now: datetime, body: bytes) -> dict[str, str]:
        id, sent_at = quote(notice.id), str(int(now.timestamp()))
        signed = b".".join((id.encode(), sent_at.encode(), body))
        signatures = (hmac.digest(secret, signed, hashlib.sha256) for secret in self._secrets)
        return {
            "Content-Type": "application/json",
            "User-Agent": f"protocolkit/{__version__}",
            "Connection": "close",
            "webhook-id": id,
            "webhook-timestamp": sent_at,
            "webhook-signature": " ".join(
                f"v1,{base64.b64encode(one).decode()}" for one in signatures
            ),
        }

    def _connection(self) -> HTTPConnection:
        if self._tls is None:
            return HTTPConnection(self._host, self._port, timeout=self._timeout)
        return HTTPSConnection(self._host, self._port, timeout=self._timeout, context=self._tls)


def _cut(connection: HTTPConnection, late: Event) -> None:
    """End a connection on which somebody lets us wait; a word now and then is not an answer."""
    late.set()
    found = connection.sock
    if found is not None:
        try:
            # The plain way also under TLS: saying good-bye would mean to wait again.
            socket.socket.shutdown(found, socket.SHUT_RDWR)
        except OSError:
            return  # it ended meanwhile


def _why(error: Exception, timeout: float, *, is_late: bool) -> str:
    """What went wrong, without addresses."""
    match error:
        case _ if is_late or isinstance(error, TimeoutError):
            return f"no answer within {timeout:g} seconds"
        case ssl.SSLCertVerificationError():
            return "its certificate cannot be verified"
        case socket.gaierror():
            return "its name cannot be found"
        case OSError(errno=int(number)) if number in errno.errorcode:
            return f"cannot be reached ({errno.errorcode[number]})"
        case _:
            return f"no proper answer ({type(error).__name__})"


def _parts(url: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port and target of an address.

    Raises: UsageError: it is none that we send to.
    """
    try:
        found = urlsplit(url)
        host, port = found.hostname, found.port
    except ValueError:
        host = None
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        raise UsageError("`url` is not a web address such as https://pager.example.org/notices.")
    if found.username is not None or found.password is not None:
        raise UsageError(
            "`url` has a name or a password in it, and would be seen by whoever reads this file. "
            "The receiver knows us by the signature; take it out."
        )
    if found.scheme != "https" and not (found.scheme == "http" and _is_here(host)):
        raise UsageError(
            "`url` must begin with https://, so that nobody on the way can read or change a "
            "notice. Only to this machine itself http:// is taken."
        )
    query = f"?{found.query}" if found.query else ""
    return found.scheme, host, port, f"{found.path or '/'}{query}"


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _key(secret: str) -> bytes:
    """The bytes of a secret. Raises: UsageError: it is none; it is not repeated."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or len(key) not in _LENGTHS:
        raise UsageError(
            f"the secret must be `{_PREFIX}` and then 24 to 64 random bytes in base64. This makes "
            f"one: printf '{_PREFIX}%s\\n' \"$(openssl rand -base64 32)\""
        )
    return key
