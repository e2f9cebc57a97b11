"""The logs of a release: cases acted out, what they wrote, and what that adds up to.

A release writes its folder once (tools/golden-logs); every later one reads it. Imports the
engine, the scenarios and the store in memory.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.language.reading import read_file
from protocolkit.model.protocol import Protocol
from protocolkit.scenarios.reading import read_file as read_scenarios
from protocolkit.scenarios.running import Rehearsal
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers.form import to_json
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import instant_from, instant_text
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.migration.plan import Plan
from protocolkit.semantics.time import next_instant
from protocolkit.store.base import Commit, Head, Store
from protocolkit.store.forms import canonical
from protocolkit.store.memory import MemoryStore
from tests.golden.fold import answers_of, state_of
from tests.properties import test_year
from tests.properties.pairs import Pair
from tests.properties.telling import Dice, Teller

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUNDLED = ROOT / "protocols"
STORIES: Mapping[Path, int] = {
    BUNDLED / "recommended.scenarios.yaml": 99,
    BUNDLED / "site_a.scenarios.yaml": 99,
    BUNDLED / "site_b.scenarios.yaml": 99,
    BUNDLED / "examples" / "marlock.scenarios.yaml": 10,
    BUNDLED / "examples" / "osprey_bend.scenarios.yaml": 10,
    BUNDLED / "examples" / "quarry_falls.scenarios.yaml": 10,
    HERE / "stories" / "riverside.scenarios.yaml": 99,
}
"""Which stories are acted out, at least so many of a file."""

LARKSPUR = BUNDLED / "examples" / "larkspur.yaml"
LARKSPUR_SEEDS = (1, 7)
"""Histories of a county that has no stories of its own, each told by the seed of a dice."""

DAYS = 60
"""How long these are."""

BEFORE_LONG = timedelta(days=10)
"""How far the answers look ahead."""


class Log:
    """Some cases as they were written: events by case, under these protocols, up to an instant."""

    def __init__(self, name: str, protocols: Iterable[Path], store: Store, now: datetime) -> None:
        self.name = name
        self.protocols = sorted(set(protocols))
        self.now = now
        self.events = {head.case: store.events(head.case) for head in store.heads()}

    @property
    def size(self) -> int:
        """How much happens."""
        return sum(map(len, self.events.values()))

    @property
    def kinds(self) -> set[str]:
        """Which entries and changes it has."""
        events = [event for entries in self.events.values() for event in entries]
        changes = {change.kind for event in events for change in event.changes}
        return {f"{event.kind} entered" for event in events} | changes

    def lines(self) -> Iterator[str]:
        """Each event as the store keeps it."""
        for events in self.events.values():
            yield from (canonical(event.to_json()) for event in events)


def acted_out() -> Iterator[Log]:
    """The stories of this release: those with the most to say, and what no other one shows."""
    seen: set[str] = set()
    for file, most in STORIES.items():
        found = [Log(*_rehearsed(file, story)) for story in read_scenarios(file).scenarios]
        found.sort(key=lambda log: log.size, reverse=True)
        for number, log in enumerate(found):
            if number < most or log.kinds - seen:
                seen |= log.kinds
                yield log
    for seed in LARKSPUR_SEEDS:
        yield _told(seed)
    yield _migrated()


def _rehearsed(file: Path, story: Any) -> tuple[str, list[Path], Store, datetime]:
    rehearsal = Rehearsal(story)
    outcome = rehearsal.outcome()
    assert () == outcome.differences, outcome.differences
    by_digest = {_read(path).digest: path for path in file.parent.glob("*.yaml") if _is_one(path)}
    protocols = [by_digest[one.digest] for one in story.protocols]
    name = f"{file.name.removesuffix('.scenarios.yaml')}/{story.name}"
    return name, protocols, rehearsal.engine.store, rehearsal.clock.now()


def _told(seed: int) -> Log:
    dice = Dice(seed)
    pair = Pair(_read(LARKSPUR), test_year.START)
    tellers = (
        Teller(dice, pair.reference, test_year.PEOPLE),
        Teller(dice, pair.beside, test_year.PEOPLE),
    )
    for step in test_year.told(pair, tellers, dice):
        if pair.now > test_year.START + timedelta(days=DAYS):
            break
        if isinstance(step, datetime):
            pair.wait(step)
        else:
            pair.ask(step)
    return Log(f"larkspur/told_by_{seed}", [LARKSPUR], pair.engine.store, pair.now)


def _migrated() -> Log:
    """A case with much under way that goes on under another text."""
    old, new = HERE / "stories" / "riverside.yaml", HERE / "stories" / "riverside_later.yaml"
    clock = VirtualClock(datetime(2025, 3, 4, 14, 0, tzinfo=UTC))
    officer, supervisor = (
        Actor(id=f"{role[0]}-1", roles=frozenset({role})) for role in ("officer", "supervisor")
    )
    engine = Engine([_read(old)], MemoryStore(), clock)
    engine.open("riverside", by=officer, facts={"danger": True}, id="case")
    engine.assign("case", {"caseworker": "k-1"}, by=supervisor)
    engine.fire("case", "notice", by=officer)
    engine.fire("case", "watch", by=officer)
    engine.fire("case", "leave_home", by=officer)
    engine.advance(clock.now() + timedelta(hours=5))
    engine = Engine([_read(new), _read(old)], engine.store, clock)
    plan = Plan(
        from_=_read(old).digest,
        to=_read(new).digest,
        reason="R-1",
        approved_by="u-9",
        names={
            "states": {"watched": "looked_after"},
            "triggers": {"watch": "look_after"},
            "follow_ups": {"write_down": "note_down"},
        },
    )
    engine.migrate(plan, by=supervisor)
    engine.advance(clock.now() + timedelta(days=4))
    engine.complete("case", "note_down", by=officer)
    return Log("riverside/goes_on_under_another_text", [old, new], engine.store, clock.now())


def _is_one(path: Path) -> bool:
    return not path.name.endswith(".scenarios.yaml")


@cache
def _read(path: Path) -> Protocol:
    protocol = read_file(path).protocol
    assert protocol is not None, path
    return protocol


# -- the folder of a release ---------------------------------------------------------------


def write(folder: Path) -> None:
    """Write the logs of this release.

    Raises: FileExistsError: there are some; what a release wrote is never written again.
    """
    found = [] if folder.exists() else list(acted_out())
    folder.mkdir()
    texts = folder / "protocols"
    texts.mkdir()
    index: dict[str, Any] = {}
    for log in found:
        for path in log.protocols:
            for one in _with_bases(path):
                shutil.copyfile(one, texts / one.name)
        file = folder / f"{log.name}.jsonl"
        file.parent.mkdir(exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in log.lines()), encoding="utf-8")
        protocols = {path.name: _read(path).digest for path in log.protocols}
        index[log.name] = {
            "now": instant_text(log.now),
            "protocols": protocols,
            "cases": folds(log.events, (texts / name for name in protocols), log.now),
        }
    text = json.dumps(index, indent=1, sort_keys=True)
    (folder / "index.json").write_text(f"{text}\n", encoding="utf-8")


def _with_bases(path: Path) -> Iterator[Path]:
    """A protocol's file, and those that it builds on."""
    yield path
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("extends:"):
            (base,) = path.parent.glob(f"{line.split()[1].replace('-', '_')}.yaml")
            yield from _with_bases(base)


def folds(
    cases: Mapping[str, list[Event]], protocols: Iterable[Path], now: datetime
) -> dict[str, Any]:
    """What the events of each case add up to, and what is answered about it, as digests."""
    store = MemoryStore()
    for case, events in cases.items():
        store.commit(_as_one(replay(case, events), events))
    engine = Engine([_read(path) for path in protocols], store, VirtualClock(now))
    return {
        case: {
            "events": len(events),
            "state": _digests(state_of(replay(case, events))),
            "answers": _digests(answers_of(engine, case, now + BEFORE_LONG)),
        }
        for case, events in cases.items()
    }


def _as_one(case: Case, events: list[Event]) -> Commit:
    head = Head(
        case=case.id,
        protocol=case.protocol,
        digest=case.digest,
        version=case.events,
        next_at=next_instant(case),
        closed=case.is_closed,
    )
    return Commit(
        head=head, expected_version=0, events=tuple(events), written_at=events[-1].recorded_at
    )


def _digests(parts: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: hashlib.sha256(canonical(to_json(part)).encode()).hexdigest()[:16]
        for name, part in parts.items()
    }


# -- reading one ---------------------------------------------------------------------------


def releases() -> list[Path]:
    """The folders that releases wrote, the oldest first."""
    found = [path for path in HERE.iterdir() if (path / "index.json").is_file()]
    return sorted(found, key=lambda path: [int(part) for part in path.name.split(".")])


def index_of(folder: Path) -> dict[str, Any]:
    """What a release said of its logs, by name."""
    found: dict[str, Any] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return found


def lines_of(folder: Path, name: str) -> list[str]:
    """A log as it was written."""
    return (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()


def read_back(folder: Path, name: str) -> dict[str, list[Event]]:
    """The events of a log by case."""
    found: dict[str, list[Event]] = {}
    for line in lines_of(folder, name):
        event = Event.from_json(json.loads(line))
        found.setdefault(event.case, []).append(event)
    return found


def digest_of(path: Path) -> str:
    """The digest that the reader gives a protocol's text."""
    return _read(path).digest


def folds_of(folder: Path, name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """What a log that a release wrote adds up to now."""
    protocols = (folder / "protocols" / file for file in said["protocols"])
    return folds(read_back(folder, name), protocols, instant_from(said["now"]))
