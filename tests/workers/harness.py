"""A tiny county whose ladder tells people, clocks that tests set, and a receiver of webhooks."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from protocolkit.api import Engine, loads
from protocolkit.ground.clock import VirtualClock
from protocolkit.store.base import Notice, Store
from protocolkit.workers.log import Log
from tests.stories import local, tiny_text

RULES = """
triggers:
  ask: {who: officer}
  answer: {who: supervisor}
  go_home: {who: officer, moves: {from: begun, to: closed}}
follow_ups:
  reply: {opens_with: ask, who: supervisor, owed_to: officer, met_by: answer, due: within 2 hours,
    extend: {who: supervisor}}
escalations:
  no_reply:
    watches: {follow_up: reply}
    levels:
      - {id: first, at: due, tell: supervisor}
      - {id: second, after: 1 hour, tell: judge}
"""
"""Somebody asks; without a reply the supervisor is told after two hours, the judge after three."""

START = local("2025-03-04 10:00")
LATE = START + timedelta(hours=2, minutes=1)
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class SetClock:
    """A clock that tests set to whatever they like, also back."""

    def __init__(self, now: datetime = START) -> None:
        self.at = now

    def now(self) -> datetime:
        """What it was set to."""
        return self.at


class Lines:
    """What a worker said."""

    def __init__(self, clock: Any) -> None:
        self.stream = io.StringIO()
        self.log = Log(self.stream, clock)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (json.loads(line) for line in self.stream.getvalue().splitlines())

    def what(self, *levels: str) -> list[str]:
        """What was said, in short."""
        return [line["what"] for line in self if not levels or line["level"] in levels]


def county(store: Store, clock: Any = None, rules: str = RULES) -> Engine:
    """An engine that knows the tiny county."""
    return Engine([loads(tiny_text(rules))], store, clock or VirtualClock(START))


def stranger(store: Store, clock: Any) -> Engine:
    """An engine that was given nothing: what it knows it has from the store."""
    return Engine((), store, clock)


class Recorder:
    """A channel that keeps what it is given; `answers` says what it answers to whom."""

    def __init__(
        self,
        name: str = "recorder",
        roles: frozenset[str] | None = None,
        answers: Callable[[Notice], str] = lambda _: "",
    ) -> None:
        self.name = name
        self.roles = roles
        self.answers = answers
        self.got: list[str] = []

    def send(self, notice: Notice, now: datetime) -> str:  # noqa: ARG002 - part of the interface
        """Keep it, whatever the answer."""
        self.got.append(notice.id)
        return self.answers(notice)


class Received:
    """One request as it came."""

    def __init__(self, path: str, headers: Mapping[str, str], body: bytes) -> None:
        self.path = path
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body


Answering = Callable[[BaseHTTPRequestHandler], None]


def answer(status: int, **headers: str) -> Answering:
    """Answer with a status."""

    def with_it(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return with_it


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """End the connection without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)


class Receiver:
    """A real receiver on this machine. `answers` are used one by one, the last for ever."""

    def __init__(self, port: int, got: list[Received]) -> None:
        self.port = port
        self.got = got

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        """The ids of what came, in order."""
        return [one.headers["webhook-id"] for one in self.got]


@contextmanager
def receiver(*answers: Answering, tls: Any = None) -> Iterator[Receiver]:
    """A receiver that answers so."""
    got: list[Received] = []
    waiting = list(answers or [answer(204)])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            got.append(Received(self.path, dict(self.headers), self.rfile.read(length)))
            (waiting.pop(0) if len(waiting) > 1 else waiting[0])(self)

        def log_message(self, *_: Any) -> None:
            """Tests say what they have to say themselves."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: Any) -> None:
            """Who hangs up in the middle of a word is part of the test."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Receiver(server.server_address[1], got)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def notice(id: str = "c-1/3/0", **more: Any) -> Notice:
    """A notice."""
    values: dict[str, Any] = {
        "id": id,
        "case": id.split("/")[0],
        "role": "supervisor",
        "person": "",
        "about": "no_reply.first",
        "at": datetime(2025, 3, 4, 16, 0, tzinfo=UTC),
    }
    return Notice(**(values | more))
