"""What all commands on cases share: the store, the clock, the person who acts, the key.

Imports the public API; the engine decides everything.
"""

from __future__ import annotations

import secrets
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self

from protocolkit.api import Engine, LoadedProtocol, load, open_store
from protocolkit.cli import roster
from protocolkit.cli.address import default_store, must_exist, take_store
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times, is_absolute
from protocolkit.cli.values import names_of, reference
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import ProtocolkitError, StoreError, UsageError
from protocolkit.ground.findings import Path as ModelPath
from protocolkit.ground.findings import Place
from protocolkit.ground.nearest import did_you_mean
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import standing_case
from protocolkit.semantics.actors import Actor
from protocolkit.store.base import Head
from protocolkit.workers.watch import warning


def parser_for(verb: str, description: str, examples: str) -> Parser:
    """A parser with the options that every command on cases takes."""
    parser = Parser(f"protocolkit case {verb}", description, examples)
    take_store(parser)
    parser.add_argument(
        "--clock",
        metavar="TIME",
        help="for training and demos only: take this for now, never behind the case",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to answer (default: text)"
    )
    return parser


def take_case(parser: Parser) -> None:
    """The case, and where to find its protocol's file."""
    parser.add_argument("case", metavar="CASE", help="the id of the case")
    parser.add_argument(
        "--protocol",
        metavar="FILE",
        help="the protocol's file, so that answers can point into it; not needed otherwise",
    )


def take_person(parser: Parser) -> None:
    """Who acts or asks."""
    parser.add_argument(
        "--as", dest="person", metavar="PERSON", help="who it is: the number in your own system"
    )
    parser.add_argument(
        "--role", metavar="ROLE[,ROLE]", default="", help="the roles that this person holds"
    )
    parser.add_argument(
        "--roster", metavar="FILE", help="a roster; the roles are then those that stand there"
    )


def take_key(parser: Parser, *, new_case: bool = False) -> None:
    """What makes a command safe to repeat."""
    parser.add_argument(
        "--key",
        metavar="K",
        default="",
        help="a word for this one command: sent again with the same key, it is done once",
    )
    if not new_case:
        parser.add_argument(
            "--expect-version",
            metavar="N",
            type=int,
            help="end with 1 if the case has not exactly N events",
        )


def take_time(parser: Parser) -> None:
    """When it happened."""
    parser.add_argument(
        "--at",
        metavar="TIME",
        help='when it happened, "2025-03-04 22:34" in the protocol\'s zone (default: now)',
    )


def take_page(parser: Parser, limit: int | None) -> None:
    """How much of a long answer, and from where on."""
    usual = f"default: {limit}" if limit else "default: all"
    parser.add_argument(
        "--limit", metavar="N", type=int, default=limit, help=f"at most so many ({usual})"
    )
    parser.add_argument(
        "--after", metavar="PLACE", default="", help="go on where the page before ended"
    )


class Desk:
    """An engine over the store, ready for one command.

    Raises: UsageError, StoreError; ProtocolError, OSError: the protocol's file.
    """

    def __init__(self, options: Namespace, screen: Screen, *, opening: str = "") -> None:
        self.options = options
        self.screen = screen
        self._aside: set[str] = set()
        file = opening or getattr(options, "protocol", None)
        files = [file, getattr(options, "under", None)]
        self.given: list[LoadedProtocol] = [load(file) for file in files if file]
        if not opening:
            must_exist(options.db)
        self.engine = Engine(self.given, open_store(options.db))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if not self.options.clock and self.options.db != "memory:":
                self._watch()
        finally:
            self.engine.store.close()

    def _watch(self) -> None:
        """Say if nobody watches the deadlines; what was asked has its answer by now."""
        start = "protocolkit work"
        if self.options.db != default_store():
            start += f" --db {self.options.db}"
        with suppress(StoreError):
            said = warning(self.engine.store, self.engine.clock.now(), start)
            if said:
                self.screen.note(said)

    def protocol_of(self, case: str) -> Protocol:
        """The protocol that a case runs under; from now on the clock is that of the options."""
        protocol = self.engine.protocol_of(case)
        times = self.times(protocol)
        last = self.engine.case(case).recorded_at
        if self.engine.clock.now() < last:
            asked = "--clock: the" if self.options.clock else "Careful: time has run ahead. The"
            self.screen.note(
                f"{asked} last entry of {case} is of {times.show(last)}, which is taken for now."
            )
        return protocol

    def times(self, protocol: Protocol) -> Times:
        """Times in a protocol's zone; the clock is set if the options say so."""
        times = Times(protocol.timezone)
        self._set_clock(times)
        return times

    def _set_clock(self, times: Times) -> None:
        if self.options.clock:
            self.engine.clock = VirtualClock(self.instant(times, self.options.clock, "--clock"))

    def heads(self, *, include_closed: bool = True) -> list[Head]:
        """Where every case stands now, by id; as it was left, if its protocol was not kept or it
        cannot go on, which is then noted.

        Raises: UsageError: a local time for the clock fits cases of one zone only.
        """
        store = self.engine.store
        open_ = list(store.heads(include_closed=False))
        if self.options.clock and open_:
            zones = {self.zone_of(head) for head in open_}
            if len(zones) > 1 and not is_absolute(self.options.clock):
                raise UsageError(
                    "--clock: the cases are in several time zones; write an offset, such as "
                    "2025-03-04 22:34-06:00."
                )
            self._set_clock(Times(zones.pop()))
        now = self.engine.clock.now()
        adopted = {one.protocol for one in open_ if one.case == standing_case(one.protocol)}
        for head in open_:
            late = head.next_at is not None and head.next_at <= now
            # What a programme learnt may be what one of its cases waits for.
            with self.setting_aside(head.case):
                if (late or head.protocol in adopted) and self.engine.loaded(head.digest):
                    self.bring_to_now(head.case)
        return list(store.heads(include_closed=include_closed))

    def zone_of(self, head: Head) -> str:
        """The time zone of a case, without reading the case; UTC if its protocol was not kept."""
        loaded = self.engine.loaded(head.digest)
        return loaded.model.timezone if loaded else "UTC"

    def bring_to_now(self, case: str) -> None:
        """Let time do to a case what it has done by now, so that an answer is of today."""
        self.engine.todo(case)

    @contextmanager
    def setting_aside(self, case: str) -> Iterator[None]:
        """One case that cannot go on is told of, and keeps nobody from the others.

        Raises: StoreError: it is not the case, but the store.
        """
        try:
            yield
        except ProtocolkitError as error:
            self.engine.store.head(case)
            if case not in self._aside:
                self._aside.add(case)
                self.screen.note(f"Careful: {case} is not brought to now. {error}")

    def instant(self, times: Times, text: str, option: str) -> Any:
        """A time from the options; what had to be settled in reading it is noted."""
        found = times.read(text, option)
        while times.remarks:
            self.screen.note(times.remarks.pop(0))
        return found

    def actor(self, protocol: Protocol) -> Actor:
        """Who acts. Raises: UsageError: nobody is named, or not with roles of the protocol."""
        options = self.options
        if not options.person:
            raise UsageError("Who acts? Say --as PERSON, with --role ROLE or --roster FILE.")
        person = reference(options.person, "--as")
        if options.roster:
            if options.role:
                raise UsageError("With --roster the roster says who holds which role; no --role.")
            return roster.person(options.roster, person)
        roles = names_of(options.role)
        for role in roles:
            if role not in protocol.roles:
                raise UsageError(
                    f"--role: {protocol.id} has no role `{role}`; "
                    f"{did_you_mean(role, protocol.roles, listed=30)}"
                )
        return Actor(id=person, roles=frozenset(roles))

    def key(self) -> str:
        """The key of this command; one is made, and told, if none was given."""
        if self.options.key:
            return reference(self.options.key, "--key")
        key = f"k-{secrets.token_hex(6)}"
        self.screen.note(f"key: {key}")
        return key

    def place(self, protocol: Protocol, path: ModelPath) -> Place | None:
        """Where a rule stands in the protocol's file, if the file was given.

        The text that the store keeps is one long line: nobody could look it up.
        """
        for one in self.given:
            if one.digest == protocol.digest:
                return one.place(path)
        return None
