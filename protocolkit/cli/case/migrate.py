"""`case migrate`: open cases go on under another text of their protocol, by an approved plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.telling import Telling, as_json
from protocolkit.cli.exits import NO, YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.engine.migrating import TakenOver
from protocolkit.ground.errors import UsageError
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.migration.migrate import Outlook, Owing
from protocolkit.semantics.migration.plan import Plan

_ABOUT = """\
Cases that began under one text of a protocol go on under another, by a plan that people approved.
Without --apply nothing is written: it shows what would become of every open case. With --apply
each case gets one entry in its record; a run that was cut off is run again. Closed cases stay
under their text for ever. How a plan is written: docs/reference/migrations.md."""
_EXAMPLES = """\
  protocolkit case migrate plan.yaml --protocol county-2.yaml
  protocolkit case migrate plan.yaml --apply --as u-17 --role supervisor"""


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Show what a plan would do, or do it."""
    options = _parser(verb).read(words, screen)
    if options is None:
        return YES
    with Desk(options, screen) as desk:
        plan = desk.engine.read_plan(options.plan)
        protocol = desk.engine.protocol_with(plan.to)
        telling = Telling(desk, protocol, desk.times(protocol))
        if options.apply:
            return _apply(telling, plan, options.case)
        if options.person:
            raise UsageError("--as belongs to --apply: without it nothing is done.")
        return _show(telling, plan, options.case)


def _parser(verb: str) -> Parser:
    parser = shared.parser_for(verb, _ABOUT, _EXAMPLES)
    parser.add_argument("plan", metavar="PLAN", help="the file of the plan")
    parser.add_argument(
        "case", metavar="CASE", nargs="*", help="only these cases (default: every open one)"
    )
    parser.add_argument(
        "--protocol",
        metavar="FILE",
        help="the file of the new text; not needed when the store has it already",
    )
    parser.add_argument("--apply", action="store_true", help="do it (default: only show it)")
    shared.take_person(parser)
    return parser


def _show(telling: Telling, plan: Plan, cases: Sequence[str]) -> int:
    desk, screen = telling.desk, telling.desk.screen
    found = desk.engine.rehearse(plan, cases)
    refused = [one for one in found if one.refused]
    if desk.options.format == "json":
        screen.show(as_json(applied=False, **_named(plan), cases=found))
        return NO if refused else YES
    for outlook in found:
        for line in _told(telling, outlook):
            screen.say(line)
    going = len(found) - len(refused)
    text = _text(telling.protocol)
    cannot = f", {_cases(len(refused))} cannot" if refused else ""
    screen.say(f"{_cases(going)} would go on under {text}{cannot}.")
    screen.say("Nothing was written: --apply does it.")
    return NO if refused else YES


def _apply(telling: Telling, plan: Plan, cases: Sequence[str]) -> int:
    desk, screen = telling.desk, telling.desk.screen
    done = desk.engine.migrate(plan, by=desk.actor(telling.protocol), cases=cases)
    if desk.options.format == "json":
        screen.show(as_json(applied=True, **_named(plan), **_counted(done)))
        return NO if done.refused else YES
    for outlook in done.refused:
        for line in _told(telling, outlook):
            screen.say(line)
    screen.say(f"{_cases(len(done.moved))} went on under {_text(telling.protocol)}.")
    for count, said in (
        (len(done.passed), "under that text already"),
        (len(done.closed), "closed meanwhile"),
        (len(done.refused), "left as it was, see above"),
    ):
        if count:
            screen.say(f"{_cases(count)}: {said}.")
    return NO if done.refused else YES


def _told(telling: Telling, outlook: Outlook) -> Iterator[str]:
    """What becomes of one case, or why nothing can."""
    if outlook.refused:
        yield telling.line(f"{outlook.case}: cannot go on")
        yield from telling.reasons(outlook.refused)
        return
    stands = [
        state if state == to else f"{state} -> {to or 'dropped'}"
        for state, to in zip(outlook.states.values(), outlook.goes_to.values(), strict=True)
    ]
    stands += [f"{strand} begins at {state}" for strand, state in outlook.begun.items()]
    yield telling.line(f"{outlook.case}: {'; '.join(stands) or 'the programme'}")
    for one in outlook.kept:
        before = "" if one.was == one.instance else f", so far {one.was}"
        so_far = ""
        if one.was_due is not None and one.was_due != one.due:
            so_far = f" (it was by {telling.times.until(one.was_due)})"
        yield telling.line(f"stays owed: {one.instance}{before}, {_due(telling, one)}{so_far}", 2)
    for id_, because in outlook.ended.items():
        yield telling.line(f"not owed any more: {id_} ({because})", 2)
    for one in outlook.opened:
        yield telling.line(f"owed newly: {one.instance}, {_due(telling, one)}", 2)
    for run in outlook.started:
        yield telling.line(f"a ladder begins: {run.rpartition('/')[0]}", 2)
    for run in outlook.stopped:
        yield telling.line(f"a ladder ends: {run.rpartition('/')[0]}", 2)


def _due(telling: Telling, one: Owing) -> str:
    return f"by {telling.times.until(one.due)}" if one.due is not None else "without a date"


def _cases(number: int) -> str:
    return "1 case" if number == 1 else f"{number} cases"


def _text(protocol: Protocol) -> str:
    """A text in words."""
    version = f"version {protocol.version} of " if protocol.version else ""
    return f"{version}{protocol.id} ({protocol.digest[:12]})"


def _named(plan: Plan) -> dict[str, Any]:
    return {"from": plan.from_, "to": plan.to, "plan": plan.digest}


def _counted(done: TakenOver) -> dict[str, Any]:
    return {
        "moved": [one.case for one in done.moved],
        "passed": done.passed,
        "closed": done.closed,
        "refused": done.refused,
    }
