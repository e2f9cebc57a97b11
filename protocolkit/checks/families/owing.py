"""Pages on what is owed and what is promised: what a search over all cases finds.

`protocolkit verify` finds these; here they are told. Imports findings.
"""

from __future__ import annotations

from protocolkit.ground.findings import CheckInfo

DWYER = "Dwyer et al. 1999, Patterns in property specifications"
_SOUND = "van der Aalst et al. 2011, Soundness of workflow nets"
_STATES = """\
states:
  identified: {initial: true}
  planned: {}
  closed: {final: true}
"""
_REPORTED = (
    _STATES
    + """\
triggers:
  report: {who: djo}
  call: {who: djo, needs: {no_plan_yet: case is identified}}
  plan: {who: djo, moves: {from: identified, to: planned}}
  close: {who: djo, moves: {from: planned, to: closed}}
"""
)
_TWO = """\
triggers:
  report: {who: djo}
  close: {who: djo, moves: {from: identified, to: closed}}
"""

PAGES = (
    CheckInfo(
        code="PK601",
        name="never-opened",
        severity="error",
        summary="Something is to be owed, and in no case does it ever open.",
        why="""\
Everybody who reads the protocol believes that this is done in some cases. It never is, and
nobody will miss it, since it is never late.""",
        source=_SOUND + " (no part is dead)",
        wrong="""\
facts:
  danger: {type: boolean, recorded_by: djo}
triggers:
  report: {who: djo, records: [{fact: danger, required: true}]}
  close: {who: djo, moves: {from: identified, to: closed}}
follow_ups:
  ask_again: {opens_with: report, if: danger is unknown, who: djo, due: within 24 hours}
""",
        right="""\
facts:
  danger: {type: boolean, recorded_by: djo}
triggers:
  report: {who: djo, records: [danger]}
  close: {who: djo, moves: {from: identified, to: closed}}
follow_ups:
  ask_again: {opens_with: report, if: danger is unknown, who: djo, due: within 24 hours}
""",
        how="""\
Everything that can become of a case is gone through until it opens. If it never does, what is
asked about it elsewhere has no answer: no case could test it.""",
    ),
    CheckInfo(
        code="PK602",
        name="never-closed",
        severity="error",
        summary="Something is owed, and nothing that anybody can do ends it.",
        why="""\
A list of open tasks that cannot get shorter is a list that people stop reading. The tasks that
matter stand on the same list.""",
        source=_SOUND + " (option to complete)",
        wrong=_STATES
        + """\
triggers:
  report: {who: djo, moves: {from: identified, to: planned}}
  close: {who: djo, moves: {from: planned, to: closed}}
follow_ups:
  call_back:
    opens_with: report
    who: djo
    due: within 24 hours
    strength: should
    met_by: report
""",
        right=_STATES
        + """\
triggers:
  report: {who: djo, moves: {from: identified, to: planned}}
  call: {who: djo}
  close: {who: djo, moves: {from: planned, to: closed}}
follow_ups:
  call_back:
    opens_with: report
    who: djo
    due: within 24 hours
    strength: should
    met_by: call
""",
        how="""\
Asked from the moment at which it opens: whether some way leads to its end. Done, set aside,
turned down, or ended by a condition all count; that the case closes does not.""",
    ),
    CheckInfo(
        code="PK604",
        name="blocks-exit-forever",
        severity="error",
        summary="Something that is owed can hold up a case for good.",
        why="""\
A step that waits for something that cannot be done any more never comes. Nobody sees it: the
task looks open, and people wait for each other.""",
        source=_SOUND + " (option to complete)",
        wrong=_REPORTED
        + """\
follow_ups:
  ask_first:
    opens_with: report
    who: djo
    if_again: ignore
    due: within 24 hours
    met_by: call
""",
        right=_REPORTED
        + """\
follow_ups:
  ask_first:
    opens_with: report
    who: djo
    if_again: ignore
    due: within 24 hours
    met_by: call
    ends_when: {if: case is planned, because: plan_made}
""",
        how="""\
Asked of what must be done before a case closes, and of what holds up an act with `blocks`.
Wherever such a one is open, some way has to lead to its end. The end of the case counts as one.
The story ends in the nearest situation with no such way. There the whole case stands still, so
PK205 is found too.""",
    ),
    CheckInfo(
        code="PK606",
        name="unbounded-reopening",
        severity="error",
        summary="Copies of one task can pile up, with no way to get fewer.",
        why="""\
Ten open copies of one task tell nobody more than one does. They hide what else is open, and
each of them becomes late, is told of and asked for.""",
        source="Counter abstraction: Pnueli et al. 2002, Liveness with (0, 1, infinity)-counters",
        wrong=_REPORTED
        + """\
follow_ups:
  ask_the_family:
    opens_with: report
    who: djo
    due: within 24 hours
    strength: should
    met_by: call
""",
        right=_REPORTED
        + """\
follow_ups:
  ask_the_family:
    opens_with: report
    if_again: ignore
    who: djo
    due: within 24 hours
    strength: should
    met_by: call
""",
        how="""\
Copies are counted as none, one, or many. It is found when a case can come to many, and from there
to no situation with fewer while it is open. That the case closes does not count as a way out,
unless the task goes on after the end.""",
    ),
    CheckInfo(
        code="PK901",
        name="property-violated",
        severity="error",
        summary="A case can break what the protocol itself promises.",
        why="""\
A promise stands in the text, and the rules do not keep it. People find that out in the one case
that breaks it.""",
        source=DWYER,
        wrong=_TWO
        + """\
properties:
  report_first: {kind: precedence, before: close, need: report}
""",
        right="""\
triggers:
  report: {who: djo}
  close: {who: djo, needs: {told: happened(report)}, moves: {from: identified, to: closed}}
properties:
  report_first: {kind: precedence, before: close, need: report}
""",
        how="""\
The watch that is kept over real cases is kept over every imagined one. The story ends with the
step that breaks the promise, and no story that breaks it has fewer deeds.""",
    ),
    CheckInfo(
        code="PK902",
        name="property-vacuous",
        severity="warning",
        summary="What a promise speaks of never comes about, so no case could test it.",
        why="""\
It looks as if the promise was kept. In truth nothing was looked at, and a slip in it would not be
noticed.""",
        source="Beer et al. 2001, Efficient detection of vacuity in temporal model checking",
        wrong=_TWO
        + """\
follow_ups:
  call_back: {opens_with: report, who: djo, due: unspecified}
properties:
  late_is_told: {kind: precedence, before: call_back.overdue, need: report}
""",
        right=_TWO
        + """\
follow_ups:
  call_back: {opens_with: report, who: djo, due: within 24 hours}
properties:
  late_is_told: {kind: precedence, before: call_back.overdue, need: report}
""",
        how="""\
A promise that no case breaks is looked at again: whether what sets it off comes about in any
case at all.""",
    ),
    CheckInfo(
        code="PK903",
        name="not-proved",
        severity="warning",
        summary="The search could not decide whether a promise is kept.",
        why="""\
No case that breaks it was found, and not all cases were gone through. That is not the same as
a proof, and it must not be read as one.""",
        source=DWYER,
        wrong=_TWO
        + """\
facts:
  heard_on: {type: date, recorded_by: djo}
  seen_on: {type: date, recorded_by: djo}
properties:
  soon: {kind: never, condition: "days_between(heard_on, seen_on) > 30"}
""",
        right=_TWO
        + """\
properties:
  once: {kind: at_most, what: close, times: 1}
""",
        how="""\
The search ends at a number of situations and after some time; `--situations` and `--seconds` say
how many. How far two days are apart is not followed either. The answer says what stopped it, and
how far it came: no fault in so many deeds.""",
    ),
)
"""The pages, by code."""
