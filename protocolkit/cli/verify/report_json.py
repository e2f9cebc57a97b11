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
from protocolkit.ground import schemas
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
        "findings": report_json.values(errors),
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


_PATH = schemas.path()
_NAME = {"type": "string"}


def _step() -> dict[str, Any]:
    step = schemas.whole(
        "One step: what somebody did, or what came because time ran out.",
        step=schemas.number("Its number.", 1),
        at=schemas.moment("The instant, in UTC."),
        time=schemas.moment("The instant, in the protocol's time zone."),
        actor=schemas.text("Who did it; empty if time did."),
        role=schemas.text("In which role."),
        event=schemas.text("What kind of step, and of what."),
        facts=schemas.mapped("What is known by it.", {}),
        opened=schemas.listed("Follow-ups that are owed from then on."),
        late=schemas.listed("Follow-ups that are late."),
        ended=schemas.mapped("Follow-ups that ended, with how.", _NAME),
        told=schemas.listed("The roles that are told."),
        refused=schemas.listed("Why it was refused; empty if it was done."),
        path=_PATH,
        file=schemas.or_null(schemas.text("The file of the rule.")),
        line=schemas.or_null(schemas.number("Its line there.", 1)),
    )
    strands = {"from": "Where each strand stood.", "to": "Where it stands now."}
    for name, description in strands.items():
        step["properties"][name] = schemas.mapped(description, _NAME)
        step["required"].append(name)
    return step


def _story() -> dict[str, Any]:
    return schemas.whole(
        "A case from its opening to what goes wrong.",
        start=schemas.moment("When it begins."),
        until=schemas.moment("How far time has come at the end."),
        zone=schemas.text("The time zone."),
        steps=schemas.listed("What happens, in this order.", {"$ref": "#/$defs/step"}),
        states=schemas.mapped("Where each strand stands at the end.", _NAME),
        open=schemas.listed("What is then owed."),
        end=schemas.text("What is wrong then, in a sentence."),
    )


def _answer() -> dict[str, Any]:
    return schemas.whole(
        "A question and its answer.",
        protocol=schemas.text("The protocol's id."),
        question=schemas.text("The kind of question."),
        about=schemas.text("What of the protocol is asked about; empty for the whole."),
        code=schemas.text("The code of the page that tells more.", pattern="^(PK[0-9]{3})?$"),
        title=schemas.text("What is asked, as a statement."),
        verdict={"description": "Whether it is so.", "enum": list(IN_WORDS)},
        why=schemas.text("What is wrong, or what kept the search from deciding."),
        covered=schemas.text("How much was gone through."),
        assumptions=schemas.listed("What the answer takes for granted."),
        story=schemas.or_null({"$ref": "#/$defs/story"}),
        path=_PATH,
        source=schemas.text("What the rule rests on."),
        file=schemas.or_null(schemas.text("The file of the rule.")),
        span=schemas.or_null({"$ref": "#/$defs/span"}),
    )


def _time() -> dict[str, Any]:
    names = {"from": "What it is counted from.", "to": "The first of these after it ends it."}
    time = schemas.whole(
        "How long it takes from one thing to another.",
        protocol=schemas.text("The protocol's id."),
        verdict={"description": "Whether there is a longest time.", "enum": [*get_args(Bounded)]},
        best=schemas.or_null(
            schemas.number("The shortest time, in minutes; null if it never comes.")
        ),
        worst=schemas.or_null(
            schemas.number("The longest time, in minutes; null if there is none.")
        ),
        if_late=schemas.or_null(schemas.number("The longest, in minutes, if people may be late.")),
        why=schemas.text("Why there is no longest time, or no answer."),
        where=schemas.mapped("Where a case may stay without end: the state of each strand.", _NAME),
        loop=schemas.listed("Moves that can go round and round."),
        way=schemas.listed("What happens from the start up to there."),
        assumptions=schemas.listed("What the answer takes for granted."),
        covered=schemas.text("How much was gone through."),
        in_words=schemas.text("The answer as people read it."),
        path=_PATH,
        file=schemas.or_null(schemas.text("The file of the rule.")),
        span=schemas.or_null({"$ref": "#/$defs/span"}),
    )
    for name, description in names.items():
        time["properties"][name] = schemas.text(description)
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
        "assumptions": schemas.listed("What the matrix takes for granted."),
        **matrix["properties"],
        "without": schemas.listed("The roles that nobody holds in the proofs."),
    }
    matrix["required"] = list(matrix["properties"])
    return {
        "$schema": schemas.DRAFT,
        "$id": ID,
        "title": "Proofs by `protocolkit verify --format json`, version 1",
        **schemas.whole(
            "What can become of cases, and what happens when somebody is not there.",
            version={"description": "The version of this shape.", "const": VERSION},
            results=schemas.listed("Every answer.", {"$ref": "#/$defs/answer"}),
            times=schemas.listed("How long things take.", {"$ref": "#/$defs/time"}),
            contingency=schemas.listed(
                "For each protocol: what stops when somebody is not there.",
                {"$ref": "#/$defs/Matrix"},
            ),
            findings=schemas.listed(
                "Why files could not be used, in the shape of `protocolkit check --format json`.",
                {"$ref": "#/$defs/finding"},
            ),
        ),
        "$defs": {
            "answer": _answer(),
            "story": _story(),
            "step": _step(),
            "span": schemas.span(),
            "finding": report_json.shape(),
            "time": _time(),
            **shapes,
        },
    }
