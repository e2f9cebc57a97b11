"""What the doctor found, for programs: one JSON object with its schema, and OpenMetrics.

`VERSION` counts changes of the shape that could break a reader. Imports the shapes of schemas.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from protocolkit.cli.doctor.looking import Health
from protocolkit.ground import schemas
from protocolkit.semantics.answers import form

VERSION = 1
ID = "urn:protocolkit:schema:doctor:1"


def render(found: Health) -> str:
    """Everything as one object; only ASCII."""
    figures, values = found.figures, form.to_json(found)
    behind = {
        "due_seconds": _seconds(found, figures.due_since),
        "unsent_seconds": _seconds(found, figures.unsent_since),
    }
    whole = {
        "version": VERSION,
        "well": found.well,
        **values,
        "figures": {**values["figures"], **behind},
        "workers": [
            {**form.to_json(one), "silent_seconds": _seconds(found, one.beat_at)}
            for one in found.workers
        ],
    }
    return json.dumps(whole, indent=2) + "\n"


def metrics(found: Health) -> str:
    """The figures that change, in the text form of OpenMetrics 1.0."""
    return "".join(f"{line}\n" for line in (*_gauges(found), "# EOF"))


def _gauges(found: Health) -> Iterator[str]:
    figures = found.figures
    beat = found.workers[0].beat_at if found.workers else None
    for name, value in (
        ("well", int(found.well)),
        ("cases", figures.cases),
        ("open_cases", figures.open),
        ("events", figures.events),
        ("due_cases", figures.due),
        ("due_lag_seconds", _seconds(found, figures.due_since)),
        ("unsent_notices", figures.unsent),
        ("unsent_lag_seconds", _seconds(found, figures.unsent_since)),
        ("worker_silent_seconds", _seconds(found, beat) if beat else None),
        ("clock_held", int(bool(found.held))),
        ("disk_free_bytes", found.free),
        ("backup_age_seconds", _seconds(found, found.backup_at) if found.backup_at else None),
    ):
        if value is not None:
            yield f"# TYPE protocolkit_{name} gauge"
            yield f"protocolkit_{name} {value}"


def _seconds(found: Health, since: datetime | None) -> int:
    """For how long, in whole seconds; 0 if not at all."""
    return max(0, int((found.at - since).total_seconds())) if since else 0


# -- the shape -------------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what `render` writes."""
    text, number, moment, or_null = schemas.text, schemas.number, schemas.moment, schemas.or_null
    remark = schemas.whole(
        "Something to know.",
        name=text("What it is about; stays the same in later releases."),
        weight={"description": "Whether it must be put right.", "enum": ["wrong", "advice"]},
        says=text("What is so."),
        do=text("What to do."),
    )
    worker = schemas.whole(
        "A worker that was at work at some time.",
        id=text("Made up at its start."),
        release=text("Its release of protocolkit."),
        started_at=moment("When it started."),
        beat_at=moment("When it was last heard of."),
        stopped_at=or_null(moment("When it ended as it should; null if it did not say so.")),
        silent_seconds=number("For how long nothing was heard of it."),
    )
    software = schemas.whole(
        "Versions of what is at work; empty if it is not there.",
        protocolkit=text("This program."),
        python=text("Python."),
        sqlite=text("SQLite."),
        psycopg=text("The driver of PostgreSQL."),
        server=text("The server of PostgreSQL."),
        tzdata=text("The time zones."),
        apprise=text("What sends notices by mail and the like."),
        layout=text("What lays out figures."),
        font=or_null(text("The font of figures; null if nobody can tell.")),
    )
    figures = schemas.whole(
        "How much there is, and how far behind.",
        cases=number("All cases."),
        open=number("Those that are open."),
        events=number("Entries of all cases."),
        due=number("Cases to which time should have done something by now."),
        due_since=or_null(moment("The earliest of these instants.")),
        unsent=number("Notices that wait to be sent."),
        unsent_since=or_null(moment("The earliest of their instants.")),
        due_seconds=number("How late time is."),
        unsent_seconds=number("How late notices are."),
    )
    return {
        "$schema": schemas.DRAFT,
        "$id": ID,
        "title": "The state of a store by `protocolkit doctor --format json`, version 1",
        **schemas.whole(
            "Whether cases are kept as promised, and how far behind time is.",
            version={"description": "The version of this shape.", "const": VERSION},
            well={"description": "Whether nothing must be put right.", "type": "boolean"},
            at=moment("As of when."),
            store=text("The address of the store, without user and password."),
            tables=or_null(number("The version of its tables.")),
            settings=schemas.mapped(
                "The settings that the promises rest on.", {"type": ["string", "integer"]}
            ),
            software=software,
            figures=figures,
            workers=schemas.listed("Every worker, the one heard of last first.", worker),
            held=text("Why workers hold because of a clock; empty if they do not."),
            database_clock=or_null(moment("What the clock of the database shows.")),
            free=or_null(number("Bytes free on the disk of the store.")),
            size=or_null(number("Bytes of the store's file.")),
            backup_at=or_null(moment("When the last backup was made.")),
            backup=text("What is in it."),
            remarks=schemas.listed("What to know, the most pressing first.", remark),
        ),
    }
