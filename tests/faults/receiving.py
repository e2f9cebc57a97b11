"""A receiver of notices at a web address of this machine, in a process of its own.

It tells each id it gets; a delivery that broke off it does not tell. Imports nothing of ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.faults.children import Child
from tests.faults.watching import Shared

SECRET = "whsec_" + "bm90aGluZyBpcyBsb3N0IGFuZCBub3RoaW5nIGZpcmVzIHR3aWNl"


def receiver() -> tuple[Child, str]:
    """The process, to be killed by who called, and its address."""
    child = Child(_receive, Shared())
    while not (said := child.said()):
        child.wait_for_word()
    return child, said[0].removeprefix("at ")


def got(child: Child) -> list[str]:
    """The ids it got so far, in order, repeated ones too."""
    return [line.removeprefix("got ") for line in child.said() if line.startswith("got ")]


def _receive(say: Callable[[str], None]) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            said = json.loads(body)["data"]["notice"]
            self.send_response(204)
            self.end_headers()
            self.wfile.flush()
            say(f"got {said}")

        def log_message(self, format: str, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        say(f"at http://127.0.0.1:{server.server_port}/notices")
        server.serve_forever()
