"""Proofs for programs: one JSON object, and the JSON Schema of its shape.

`VERSION` counts changes of this shape that could break a reader. Lines and columns count from
1, ends are exclusive. Imports the report on findings, the matrix and the form of answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, get_args

from protocolkit.checks import report_json
from protocolkit.cli.verify.judging import Judged
from protocolkit.ground.findings import Finding
from protocolkit.ground.record import Record
from protocolkit.proofs import IN_WORDS, Result
from protocolkit.proofs.absences import Absence, Outcome, Standing
from protocolkit.proofs.contingency import VERSION as CONTINGENCY
from protocolkit.proofs.contingency import Cover, Matrix, Tie
from protocolkit.proofs.duty import Shift, Stretch, Wait
from protocolkit.proofs.hearing import Hearing, Word
from protocolkit.proofs.timing import Timing
from protocolkit.proofs.timing import Verdict as Bounded
from protocolkit.semantics.answers import form

VERSION = 1
ID = "urn:protocolkit:schema:verify:1"

RECORDS: tuple[type[Record], ...] = (
    *(Matrix, Outcome, Absence, Standing, Hearing, Word, Shift, Stretch, Cover, Wait, Tie),
)
"""What a matrix is made of."""


def render(found: Iterable[Judged], errors: Iterable[Finding] = ()) -> str:
    """Every answer about every protocol; only ASCII. `errors`: why files could not be used."""
    judged = list(found)
    whole = {
        "version": VERSION,
        "results": [_result(one, result) for one in judged for result in one.proof.results],
        "times": [_timing(one, timing) for one in judged for timing in one.times],
        "contingency": [{**one.matrix.to_json(), "without": list(one.absent)} for one in judged],
        "findings": json.loads(report_json.render(errors))["findings"],
    }
    return json.dumps(whole, indent=2) + "\n"


def _result(judged: Judged, result: Result) -> dict[str, Any]:
    place = judged.place_of(result)
    return {
        "protocol": judged.protocol.id,
        **result.to_json(),
        "story": result.story.to_json(judged.place) if result.story is not None else None,
        "file": place.file if place is not None else None,
        "span": report_json.span(place),
    }


def _timing(judged: Judged, timing: Timing) -> dict[str, Any]:
    place = judged.place(timing.path)
    return {
        "protocol": judged.protocol.id,
        **timing.to_json(),
        "file": place.file if place is not None else None,
        "span": report_json.span(place),
    }


# -- the shape -------------------------------------------------------------------------


def _text(description: str, **more: object) -> dict[str, Any]:
    return {"description": description, "type": "string", **more}


def _number(description: str, lowest: int = 1) -> dict[str, Any]:
    return {"description": description, "type": "integer", "minimum": lowest}


def _list(description: str, item: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"description": description, "type": "array", "items": item or {"type": "string"}}


def _map(description: str, item: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "type": "object", "additionalProperties": item}


def _object(description: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _or_null(shape: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [shape, {"type": "null"}]}


def _moment(description: str) -> dict[str, Any]:
    return _text(description, format="date-time")


_PATH = {
    "description": "Where in the protocol: keys, and positions in lists from 0.",
    "type": "array",
    "items": {"type": ["string", "integer"]},
}
_NAME = {"type": "string"}


def _step() -> dict[str, Any]:
    step = _object(
        "One step: what somebody did, or what came because time ran out.",
        step=_number("Its number."),
        at=_moment("The instant, in UTC."),
        time=_moment("The instant, in the protocol's time zone."),
        actor=_text("Who did it; empty if time did."),
        role=_text("In which role."),
        event=_text("What kind of step, and of what."),
        facts=_map("What is known by it.", {}),
        opened=_list("Follow-ups that are owed from then on."),
        late=_list("Follow-ups that are late."),
        ended=_map("Follow-ups that ended, with how.", _NAME),
        told=_list("The roles that are told."),
        refused=_list("Why it was refused; empty if it was done."),
        path=_PATH,
        file=_or_null(_text("The file of the rule.")),
        line=_or_null(_number("Its line there.")),
    )
    strands = {"from": "Where each strand stood.", "to": "Where it stands now."}
    for name, description in strands.items():
        step["properties"][name] = _map(description, _NAME)
        step["required"].append(name)
    return step


def _story() -> dict[str, Any]:
    return _object(
        "A case from its opening to what goes wrong.",
        start=_moment("When it begins."),
        until=_moment("How far time has come at the end."),
        zone=_text("The time zone."),
        steps=_list("What happens, in this order.", {"$ref": "#/$defs/step"}),
        states=_map("Where each strand stands at the end.", _NAME),
        open=_list("What is then owed."),
        end=_text("What is wrong then, in a sentence."),
    )


def _span() -> dict[str, Any]:
    point = _object("A point.", line=_number("The line."), column=_number("The column."))
    return _object("From where to where.", start=point, end=point)


def _answer() -> dict[str, Any]:
    return _object(
        "A question and its answer.",
        protocol=_text("The protocol's id."),
        question=_text("The kind of question."),
        about=_text("What of the protocol is asked about; empty for the whole."),
        code=_text("The code of the page that tells more.", pattern="^(PK[0-9]{3})?$"),
        title=_text("What is asked, as a statement."),
        verdict={"description": "Whether it is so.", "enum": list(IN_WORDS)},
        why=_text("What is wrong, or what kept the search from deciding."),
        covered=_text("How much was gone through."),
        assumptions=_list("What the answer takes for granted."),
        story=_or_null({"$ref": "#/$defs/story"}),
        path=_PATH,
        source=_text("What the rule rests on."),
        file=_or_null(_text("The file of the rule.")),
        span=_or_null({"$ref": "#/$defs/span"}),
    )


def _time() -> dict[str, Any]:
    names = {"from": "What it is counted from.", "to": "The first of these after it ends it."}
    time = _object(
        "How long it takes from one thing to another.",
        protocol=_text("The protocol's id."),
        verdict={"description": "Whether there is a longest time.", "enum": [*get_args(Bounded)]},
        best=_or_null(_number("The shortest time, in minutes; null if it never comes.", 0)),
        worst=_or_null(_number("The longest time, in minutes; null if there is none.", 0)),
        if_late=_or_null(_number("The longest, in minutes, if people may be late.", 0)),
        why=_text("Why there is no longest time, or no answer."),
        where=_map("Where a case may stay without end: the state of each strand.", _NAME),
        loop=_list("Moves that can go round and round."),
        way=_list("What happens from the start up to there."),
        assumptions=_list("What the answer takes for granted."),
        covered=_text("How much was gone through."),
        in_words=_text("The answer as people read it."),
        path=_PATH,
        file=_or_null(_text("The file of the rule.")),
        span=_or_null({"$ref": "#/$defs/span"}),
    )
    for name, description in names.items():
        time["properties"][name] = _text(description)
        time["required"].append(name)
    return time


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what `render` writes."""
    minutes = {"type": "integer", "description": "Whole minutes."}
    shapes = form.shapes(RECORDS, {timedelta: minutes})
    matrix = shapes["Matrix"]
    matrix["properties"] = {
        "version": {"const": CONTINGENCY},
        "internal": {"const": True, "description": "It shows where the cover is thin."},
        "assumptions": _list("What the matrix takes for granted."),
        **matrix["properties"],
        "without": _list("The roles that nobody holds in the proofs."),
    }
    matrix["required"] = list(matrix["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Proofs by `protocolkit verify --format json`, version 1",
        **_object(
            "What can become of cases, and what happens when somebody is not there.",
            version={"description": "The version of this shape.", "const": VERSION},
            results=_list("Every answer.", {"$ref": "#/$defs/answer"}),
            times=_list("How long things take.", {"$ref": "#/$defs/time"}),
            contingency=_list(
                "For each protocol: what stops when somebody is not there.",
                {"$ref": "#/$defs/Matrix"},
            ),
            findings=_list(
                "Why files could not be used, in the shape of `protocolkit check --format json`.",
                {
                    "type": "object",
                    "required": ["code", "name", "severity", "message", "help", "file", "span"],
                },
            ),
        ),
        "$defs": {
            "answer": _answer(),
            "story": _story(),
            "step": _step(),
            "span": _span(),
            "time": _time(),
            **shapes,
        },
    }
