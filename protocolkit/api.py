"""The embedding façade: load, check, prove, draw, run.

What a case system needs of protocolkit, re-exported by the package. Imports everything below;
heavy parts (figures, the engine) only when they are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocolkit import checks
from protocolkit.checks import Report
from protocolkit.checks.catalogue import PROFILES
from protocolkit.checks.settings import Settings, settings
from protocolkit.engine.engine import Engine as _Engine
from protocolkit.ground.clock import Clock, SystemClock, VirtualClock
from protocolkit.ground.errors import ProtocolError, UsageError
from protocolkit.ground.findings import Path as ModelPath
from protocolkit.ground.findings import Place
from protocolkit.ground.nearest import did_you_mean
from protocolkit.language.reading import Reading, read_file, read_text
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case
from protocolkit.semantics.events import Event
from protocolkit.semantics.migration.plan import Plan
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.store.base import Store
from protocolkit.store.opening import open_store

if TYPE_CHECKING:
    from protocolkit.diagrams import Figure
    from protocolkit.proofs import Proof

__all__ = [
    "Actor",
    "Engine",
    "LoadedProtocol",
    "Report",
    "Request",
    "SystemClock",
    "VirtualClock",
    "check",
    "draw",
    "load",
    "loads",
    "open_store",
    "verify",
]


class LoadedProtocol:
    """A protocol that can be used: its `model`, and where everything stands in its file."""

    def __init__(self, reading: Reading) -> None:
        if not reading.ok or reading.protocol is None:
            raise ProtocolError(reading.findings)
        self._reading = reading
        self.model: Protocol = reading.protocol

    @property
    def id(self) -> str:
        """The protocol's id."""
        return self.model.id

    @property
    def digest(self) -> str:
        """The SHA-256 of the content."""
        return self.model.digest

    @property
    def text(self) -> str:
        """The whole content as one text that reads back the same."""
        return self.model.content.text

    def check(self, *, profile: str = "standard", roster: Iterable[Actor] | None = None) -> Report:
        """Everything that the checks of a profile find in it; see `check`.

        Raises: UsageError: there is no such profile.
        """
        people = None if roster is None else tuple(roster)
        return checks.run(self._reading, _settings(profile), people=people)

    def verify(
        self,
        *,
        without: Iterable[str] = (),
        roster: Iterable[Actor] = (),
        seconds: float = 300.0,
    ) -> Proof:
        """What can become of its cases; see `verify`. Raises: UsageError: no such role."""
        return verify(self, without=without, roster=roster, seconds=seconds)

    def place(self, path: ModelPath) -> Place | None:
        """Where in the file a part of it stands."""
        return self._reading.places.of(path)

    def machine(self, strand: str = "case") -> Any:
        """A ready `transitions.Machine` of one strand; see `protocolkit.engine.machine`.

        Raises: KeyError: there is no such strand.
        """
        from protocolkit.engine.machine import machine

        return machine(Program(self.model), strand)

    def draw(self, view: str = "process", *, public: bool = False) -> Figure:
        """A figure of it. Raises: UsageError: no such view."""
        return draw(self, view, public=public)

    def _repr_svg_(self) -> str:
        return self.draw().svg()

    def __repr__(self) -> str:
        return f"<protocol {self.id} of {self.model.jurisdiction}, {self.digest[:12]}>"


def load(path: str | Path) -> LoadedProtocol:
    """A protocol from a file.

    Raises: ProtocolError: it has errors that make it unusable; `.findings` has them all.
    OSError: the file cannot be opened.
    """
    return LoadedProtocol(read_file(path))


def loads(text: str | bytes, file: str = "<text>") -> LoadedProtocol:
    """A protocol from a text. Raises: ProtocolError."""
    return LoadedProtocol(read_text(text, file))


def check(
    source: str | Path, *, profile: str = "standard", roster: Iterable[Actor] | None = None
) -> Report:
    """Everything that is wrong with a protocol file; never raises on bad content.

    `profile` is `minimal`, `standard`, `paper` or `strict`; no config is looked for. With
    a `roster` it is also asked whether these people are enough.

    Raises: OSError: the file cannot be opened. UsageError: there is no such profile.
    """
    people = None if roster is None else tuple(roster)
    return checks.run(read_file(source), _settings(profile), people=people)


def _settings(profile: str) -> Settings:
    for known in PROFILES:
        if known == profile:
            return settings([], known)
    raise UsageError(f"There is no profile `{profile}`; {did_you_mean(profile, PROFILES)}")


def draw(
    protocol: LoadedProtocol | Protocol, view: str = "process", *, public: bool = False
) -> Figure:
    """A figure of a protocol: `process` or `network`. Raises: UsageError: no such view."""
    from protocolkit import diagrams

    model = protocol.model if isinstance(protocol, LoadedProtocol) else protocol
    return diagrams.draw(model, view, public=public)


def verify(
    protocol: LoadedProtocol | Protocol | str | Path,
    *,
    without: Iterable[str] = (),
    roster: Iterable[Actor] = (),
    situations: int = 20_000,
    seconds: float = 300.0,
    progress: Callable[[int], None] | None = None,
) -> Proof:
    """What can become of the cases of a protocol: `.results` has a verdict for each question, and
    for what can go wrong the shortest story.

    `without` are roles that nobody holds. With a `roster` it is also asked whether these people are
    enough. A search ends at a number of `situations`, all of them
    together after some `seconds`; what is then open is `not proved`. `progress` hears now and then
    how many situations a search has met. Raises: ProtocolError: a file with errors. OSError: it
    cannot be opened. UsageError: there is no such role.
    """
    from protocolkit.proofs import Budget
    from protocolkit.proofs import verify as ask

    loaded = load(protocol) if isinstance(protocol, str | Path) else protocol
    model = loaded.model if isinstance(loaded, LoadedProtocol) else loaded
    absent = tuple(without)
    for role in absent:
        if role not in model.roles:
            raise UsageError(f"There is no role `{role}`. {did_you_mean(role, model.roles)}")
    budget = Budget(situations=situations, seconds=seconds)
    return ask(model, absent=absent, roster=roster, budget=budget, progress=progress)


class Engine(_Engine):
    """The engine, given loaded protocols; keeps their texts in the store.

    A case that began under an earlier text of a protocol goes on under that text, which is
    read back from the store.
    """

    def __init__(
        self,
        protocols: Iterable[LoadedProtocol | Protocol],
        store: Store,
        clock: Clock | None = None,
    ) -> None:
        self._loaded: dict[str, LoadedProtocol] = {}
        self._with_files: set[str] = set()
        self._unreadable: set[str] = set()
        super().__init__((), store, clock)
        for one in protocols:
            self.add(one)

    def add(self, protocol: LoadedProtocol | Protocol | Program) -> None:
        """Know one more protocol, or one more version of one, for new cases too."""
        if isinstance(protocol, LoadedProtocol):
            model = protocol.model
            self._loaded[protocol.digest] = protocol
            self._with_files.add(protocol.digest)
            self._keep_text(protocol.digest)
            protocol = model
        super().add(protocol)

    def _commit(self, case: Case, version: int, events: list[Event], **more: Any) -> None:
        if not self.store.lasting:  # the text may have been undone with what came before
            self._keep_text(case.digest)
        super()._commit(case, version, events, **more)

    def _keep_text(self, digest: str) -> None:
        known = self._loaded.get(digest)
        if known is not None:
            model = known.model
            self.store.keep_protocol(digest, model.id, model.version, known.text)

    def loaded(self, digest: str) -> LoadedProtocol | None:
        """The protocol with a digest, with its places: one given, else one kept in the store."""
        found = self._loaded.get(digest)
        if found is None:
            text = self.store.protocol_text(digest)
            if text is not None:
                found = self._loaded[digest] = loads(text, f"protocol {digest[:12]}")
        return found

    def _know_all(self) -> None:
        for digest in self.store.digests():
            if digest not in self._programs and digest not in self._unreadable:
                try:
                    kept = self.loaded(digest)
                except ProtocolError:  # of a later release: its cases say so when due
                    self._unreadable.add(digest)
                else:
                    assert kept is not None
                    self._know(kept.model)

    def read_plan(self, path: str | Path) -> Plan:
        """A plan of migration from a file, for `rehearse` and `migrate`.

        It names its texts by digest or version: those given here, and those that the store keeps.
        Raises: ProtocolError: something is wrong with it, or it does not fit these texts;
        `.findings` has everything. OSError: the file cannot be opened.
        """
        from protocolkit.migrations import Text, read_file

        known = {one.digest: one for one in self._loaded.values()}
        for digest in self.store.digests():
            if digest not in known and (kept := self.loaded(digest)) is not None:
                known[digest] = kept
        texts = [
            Text(digest=digest, protocol=one.id, version=one.model.version)
            for digest, one in sorted(known.items())
        ]
        file = read_file(path, texts)
        plan, findings = file.plan, file.findings
        if plan is not None:
            findings = file.placed(self.misfits(plan))
        if plan is None or findings:
            raise ProtocolError(findings)
        return plan

    def _place(self, protocol: Protocol, path: ModelPath) -> Place | None:
        # The text that the store keeps is one long line: nobody could look it up.
        known = self._loaded.get(protocol.digest) if protocol.digest in self._with_files else None
        return known.place(path) if known else None

    def _program(self, case: Case) -> Program:
        self._know_kept(case.digest)
        return super()._program(case)

    def _text(self, digest: str) -> Program:
        self._know_kept(digest)
        return super()._text(digest)

    def _know_kept(self, digest: str) -> None:
        """Know a text that the store keeps, for the cases that run under it."""
        if digest not in self._programs:
            kept = self.loaded(digest)
            if kept is not None:
                self._know(kept.model)
