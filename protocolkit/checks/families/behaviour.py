"""Pages on what can become of a case: what a search over all cases finds, not the file alone.

`protocolkit verify` finds these; here they are told. Imports findings.
"""

from __future__ import annotations

from protocolkit.ground.findings import CheckInfo

SOUNDNESS = "van der Aalst et al. 2011, Soundness of workflow nets"
_STATES = """\
states:
  identified: {initial: true}
  planned: {}
  closed: {final: true}
"""

PAGES = (
    CheckInfo(
        code="PK203",
        name="dead-move",
        severity="error",
        summary="A step stands in the protocol, and in no case can it ever be taken.",
        why="""\
People count on a step that is never there when they need it. Often a condition asks for
something that cannot be so any more when the case has come that far.""",
        source=SOUNDNESS + " (no part is dead)",
        wrong=_STATES
        + """\
triggers:
  plan: {who: djo, moves: {from: identified, to: planned}}
  close_early:
    who: djo
    needs: {no_plan: not happened(plan)}
    moves: {from: planned, to: closed}
  close: {who: djo, moves: {from: planned, to: closed}}
""",
        right=_STATES
        + """\
triggers:
  plan: {who: djo, moves: {from: identified, to: planned}}
  close_early:
    who: djo
    needs: {no_plan: not happened(plan)}
    moves: {from: identified, to: closed}
  close: {who: djo, moves: {from: planned, to: closed}}
""",
        how="""\
Everything that can become of a case is gone through, with every answer to what the rules ask
about, until the step is taken. If it never is, the story shows a case that comes near it. The
story ends with the refusal, if somebody can try. A trigger with several moves is asked about
move by move.""",
    ),
    CheckInfo(
        code="PK206",
        name="improper-completion",
        severity="error",
        summary="A case can be closed while something that must be done is not done.",
        why="""\
A closed case is a case that nobody looks at any more. What was promised to a child or a
family, and then dropped by the closing itself, is never missed.""",
        source=SOUNDNESS + " (proper completion)",
        wrong="""\
follow_ups:
  tell_the_family: {opens_with: close, who: djo, due: within 48 hours}
""",
        right="""\
follow_ups:
  tell_the_family:
    opens_with: close
    who: djo
    due: within 48 hours
    carries_over: true
""",
        how="""\
An act that closes a case is refused while a `must` is open. So this looks for what that does not
hold back. Such a follow-up opens with the closing itself, waits for a fact that nobody has
recorded, or belongs to a strand that ends by itself. The story ends with the closing.""",
    ),
    CheckInfo(
        code="PK208",
        name="ignored-trigger",
        severity="error",
        summary="Something can come from outside at a time for which the protocol has no answer.",
        why="""\
A child goes missing, or a court decides, when it does; not when the protocol is ready for
it. A rule that takes it in some states only leaves people alone in the others.""",
        source="Nobody chooses when: §3.2.3 (a child who goes missing)",
        wrong=_STATES
        + """\
triggers:
  plan: {who: djo, moves: {from: identified, to: planned}}
  goes_missing: {who: djo, happens: outside, needs: {planned: case is planned}}
  close: {who: djo, moves: {from: [identified, planned], to: closed}}
""",
        right=_STATES
        + """\
triggers:
  plan: {who: djo, moves: {from: identified, to: planned}}
  goes_missing: {who: djo, happens: outside}
  close: {who: djo, moves: {from: [identified, planned], to: closed}}
""",
        how="""\
Asked of each trigger with `happens: outside`, in every situation of an open case. It counts as
taken in when somebody can record it there, with some values of the facts that go with it. A
state to which it leads itself does not count: there it is so already. The story ends with the
refusal.""",
    ),
    CheckInfo(
        code="PK306",
        name="sees-nothing-must-act",
        severity="error",
        summary="Something is owed by a role that nobody holds, and nobody is told.",
        why="""\
A task with no name behind it is nobody's task. If nobody hears that the name is missing, it
stays so until somebody asks for the child.""",
        source="A case that stalls when nobody takes it up: §3.2.4",
        wrong="""\
roles:
  djo: {kind: juvenile_officer}
  caseworker: {kind: caseworker, per_case: true}
triggers:
  ask_for_help: {who: djo}
  name_caseworker: {who: djo, assigns: {caseworker: named}}
  close: {who: djo, moves: {from: identified, to: closed}}
follow_ups:
  visit: {opens_with: ask_for_help, who: caseworker, due: within 24 hours}
""",
        right="""\
roles:
  djo: {kind: juvenile_officer}
  caseworker: {kind: caseworker, per_case: true}
triggers:
  ask_for_help: {who: djo, assigns: {caseworker: named}}
  close: {who: djo, moves: {from: identified, to: closed}}
follow_ups:
  visit: {opens_with: ask_for_help, who: caseworker, due: within 24 hours}
""",
        how="""\
Gone through for each follow-up that a role owes which is given out case by case. It is found when
one opens while nobody holds the role, and the same step tells nobody.""",
    ),
    CheckInfo(
        code="PK307",
        name="self-approval",
        severity="error",
        summary="One person alone can agree to what that person proposes.",
        why="""\
Two pairs of eyes are asked for because one can be wrong. If the second pair may be the first one
again, a plan for a child is one person's word.""",
        source="Separation of duty: Clark and Wilson 1987",
        wrong="""\
triggers:
  close: {who: djo, agreed_by: djo, moves: {from: identified, to: closed}}
""",
        right="""\
roles:
  djo: {kind: juvenile_officer}
  supervisor: {kind: supervisor}
triggers:
  close: {who: djo, agreed_by: [djo, supervisor], moves: {from: identified, to: closed}}
""",
        how="""\
Asked of each act with `agreed_by`: whether it ever takes effect when all who signed are one
person. The story ends with the act. With `--roster`, `check` names a person who holds both
offices.""",
    ),
    CheckInfo(
        code="PK308",
        name="unassignable",
        severity="error",
        summary="The people of the roster are too few for the rules that keep people apart.",
        why="""\
A rule that two persons must look at something is a good rule. In an office with one person it
means that nobody ever does.""",
        source="Wang and Li 2010, Satisfiability and resiliency in workflow systems",
        wrong=_STATES
        + """\
triggers:
  plan: {who: djo, moves: {from: identified, to: planned}}
  close: {who: djo, different_from: plan, moves: {from: planned, to: closed}}
""",
        right=_STATES
        + """\
triggers:
  plan: {who: djo, moves: {from: identified, to: planned}}
  close: {who: djo, moves: {from: planned, to: closed}}
""",
        how="""\
Asked only with `--roster`: whether some case can be brought to its end by these people alone. If
not, a smallest set of rules is named that is too much for them. `check` tells of acts for which the
people are too few by the rules of these acts alone, in whatever case. The examples are those of an
office with one person; with a second one both are right.""",
    ),
    CheckInfo(
        code="PK508",
        name="timer-cannot-fire",
        severity="error",
        summary="A level of a ladder, or a lateness that something counts on, can never come.",
        why="""\
The last level is the net below the child. If the case has always moved on before, the net is
only drawn.""",
        source="Dead timers: Alur and Dill 1994, A theory of timed automata",
        wrong=_STATES
        + """\
triggers:
  recall: {who: clock, moves: {from: identified, to: planned}}
  close: {who: djo, moves: {from: [identified, planned], to: closed}}
escalations:
  no_answer:
    watches: {state: identified}
    levels: [{after: 4 hours, fire: recall}, {after: 8 hours, tell: djo}]
""",
        right=_STATES
        + """\
triggers:
  recall: {who: clock, moves: {from: identified, to: planned}}
  close: {who: djo, moves: {from: [identified, planned], to: closed}}
escalations:
  no_answer:
    watches: {state: identified}
    levels: [{after: 2 hours, tell: djo}, {after: 4 hours, fire: recall}]
""",
        how="""\
Gone through with every order in which limits can end, from the shortest to the longest time
that each can take. What the protocol leaves open with `unspecified` is not asked about.""",
    ),
)
"""The pages, by code."""
