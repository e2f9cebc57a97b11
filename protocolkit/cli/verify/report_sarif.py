"""Proofs for code hosts and editors: SARIF, with each story as a flow that can be stepped through.

Told is what does not hold: a story that breaks a rule is a failure, what could not be decided is
`open`, and what no case could test is for somebody to `review`. What holds is not told, because
code hosts would show it as one more alert. Imports the report on findings, the words, the stories.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from protocolkit.checks import report_sarif
from protocolkit.checks.catalogue import info
from protocolkit.checks.report_sarif import Alert, Kind
from protocolkit.cli.verify.judging import Judged
from protocolkit.cli.verify.stories import told
from protocolkit.cli.verify.wording import LOOK_ON, what_to_do
from protocolkit.ground.findings import Finding, Place
from protocolkit.proofs import IN_WORDS, Result, Verdict

_KINDS: Mapping[Verdict, Kind] = {"violated": "fail", "not proved": "open", "vacuous": "review"}
_ONE_LINE = 1_000_000


def render(found: Iterable[Judged], errors: Iterable[Finding] = (), **more: Any) -> str:
    """Every answer that is not yes; only ASCII. `errors`: why files could not be used."""
    judged = list(found)
    alerts = [
        _alert(one, result)
        for one in judged
        for result in one.proof.results
        if result.verdict in _KINDS
    ]
    alerts += [Alert(finding=error) for error in errors]
    files = [file for one in judged for file in one.reading.texts]
    files += [error.place.file for alert in alerts if (error := alert.finding).place is not None]
    return report_sarif.log(alerts, files, **more)


def _alert(judged: Judged, result: Result) -> Alert:
    sheet = info(result.code)
    place = judged.place_of(result)
    about = f" `{result.about}`" if result.about else ""
    what_next = LOOK_ON if result.verdict == "not proved" else what_to_do(result)
    return Alert(
        finding=Finding(
            code=result.code,
            name=result.question,
            severity=sheet.severity if sheet is not None else "error",
            message=f"{IN_WORDS[result.verdict].capitalize()}{about}: {result.title} {result.why}",
            help=what_next,
            path=result.path,
            place=place,
            confidence="bounded" if result.verdict == "not proved" else "exact",
            source=result.source,
        ),
        kind=_KINDS[result.verdict],
        flow=_flow(judged, result),
    )


def _flow(judged: Judged, result: Result) -> tuple[tuple[str, Place | None], ...]:
    """The story, a step each, with the rule that it goes by."""
    story = result.story
    if story is None:
        return ()
    steps = []
    for step in story.steps:
        alone = story.replace(steps=(step,), end="")
        words = " ".join(line.strip() for line in told(alone, judged.protocol, width=_ONE_LINE))
        place = judged.reading.places.key(step.path) if step.path else None
        steps.append((words, place))
    return tuple(steps)
