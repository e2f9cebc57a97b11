"""Structure: can a case begin, get everywhere, go on and end?

Judged on the graph of each strand alone (see `graph`): conditions are not looked into, so
what is reported here is wrong whatever the facts of a case are. What only a condition makes
impossible is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.graph import Graph, components, distances, way
from protocolkit.ground.findings import CheckInfo
from protocolkit.language.wording import joined

SECTIONS = ("states", "strands", "triggers")
SOUNDNESS = "van der Aalst et al. 2011, Soundness of workflow nets"


@check(
    CheckInfo(
        code="PK201",
        name="start-or-end-missing",
        severity="error",
        summary="Nothing tells where a case begins, or where it ends.",
        why="""\
The case of every young person begins somewhere, and all must be able to say when it is closed.
Without an end nobody knows whether help has stopped or was only forgotten.""",
        source=SOUNDNESS + " (one start, one end)",
        wrong="""\
states:
  identified: {initial: true}
  closed:
""",
        right="""\
states:
  identified: {initial: true}
  closed: {final: true}
""",
        how="""\
Counted in each strand: exactly one state is `initial`, at least one is `final`. If the
source does not say how a case ends, an end with `origin: assumed` says so openly.""",
    ),
    reads=("states", "strands"),
)
def start_or_end_missing(subject: Subject) -> Iterator[Found]:
    """Strands without exactly one start, or without an end."""
    for graph in subject.graphs.values():
        where = subject.in_strand(graph.strand)
        if not graph.initial:
            yield Found(
                message=f"No state{where} is marked as the start: no case can begin.",
                help="give the state where a case begins `initial: true`",
                path=graph.path,
                at_key=True,
            )
        for state in graph.initial[1:]:
            first = graph.initial[0]
            yield Found(
                message=f"`{first}` and `{state}` are both marked as the start{where}: a case "
                "can begin in one state only.",
                help="keep `initial: true` at one of them",
                path=(*graph.states[state], "initial"),
                also=(((*graph.states[first], "initial"), "the first one"),),
            )
        if not graph.final:
            yield Found(
                message=f"No state{where} is marked as an end: no case can ever be closed.",
                help="give the state where a case ends `final: true`",
                path=graph.path,
                at_key=True,
            )


@check(
    CheckInfo(
        code="PK202",
        name="unreachable-state",
        severity="error",
        summary="No path leads from the start of a case to this state.",
        why="""\
A review or a team meeting that no case can get to looks like protection on paper. The child
never meets it.""",
        source=SOUNDNESS + " (no part is dead)",
        wrong="""\
states:
  identified: {initial: true}
  judge_review: {}
  closed: {final: true}
triggers:
  close: {who: djo, moves: {from: [identified, judge_review], to: closed}}
""",
        right="""\
states:
  identified: {initial: true}
  judge_review: {}
  closed: {final: true}
triggers:
  ask_the_judge: {who: djo, moves: {from: identified, to: judge_review}}
  close: {who: djo, moves: {from: judge_review, to: closed}}
""",
        how="""\
Followed from the start along every move, whatever its condition. Moves of a trigger with
`must_not` do not count, because they never happen. Of several states that hang together,
the one where the path is cut is reported. If no case gets to an end at all, the state where
it stops is reported instead (PK204, PK205). A state that only a condition cuts off is
found by `protocolkit verify`.""",
    ),
    reads=SECTIONS,
)
def unreachable_state(subject: Subject) -> Iterator[Found]:
    """States that cannot be got to, told once for all that hang together."""
    for graph in subject.graphs.values():
        if not graph.initial:
            continue  # PK201 says so; every state would follow from it
        lost = graph.states.keys() - graph.reached().keys()
        stuck = graph in _must_end(subject) and lost >= {*graph.final}
        for group in components([name for name in graph.states if name in lost], graph.after):
            if any(source not in group for name in group for source in graph.before[name]):
                continue  # cut off only because a state before it is
            behind = distances(group, graph.after).keys() & lost
            if stuck and not behind.isdisjoint(graph.final):
                continue  # no case gets to an end: PK204 or PK205 tells where it stops
            yield _lost(graph, group, behind)


def _lost(graph: Graph, group: tuple[str, ...], behind: set[str]) -> Found:
    state = group[0]
    others = [name for name in graph.states if name in behind and name != state]
    start = graph.initial[0]
    if len(others) > 3:
        with_it = f" {len(others)} more states hang on it."
    else:
        with_it = f" {joined(others)} can only come after it." if others else ""
    return Found(
        message=f"No path leads from `{start}` to `{state}`.{with_it}",
        help=f"add a move to `{state}`, or take the state out",
        path=graph.states[state],
        also=tuple(
            ((*edge.path, "to"), f"`{edge.trigger}` must not happen")
            for edge in graph.forbidden
            if edge.target in group
        ),
        at_key=True,
    )


@check(
    CheckInfo(
        code="PK204",
        name="dead-end",
        severity="error",
        summary="A case that gets to this state can neither go on nor end.",
        why="""\
The case stays open on paper while nobody has anything left to do. Calls go unanswered that
way: everyone did their part, and no next step was ever written down.""",
        source=SOUNDNESS + " (option to complete); the silence after a report: §3.2.4",
        wrong="""\
states:
  identified: {initial: true}
  referred: {}
  closed: {final: true}
triggers:
  refer: {who: djo, moves: {from: identified, to: referred}}
  close: {who: djo, moves: {from: identified, to: closed}}
""",
        right="""\
states:
  identified: {initial: true}
  referred: {}
  closed: {final: true}
triggers:
  refer: {who: djo, moves: {from: identified, to: referred}}
  close: {who: djo, moves: {from: [identified, referred], to: closed}}
""",
        how="""\
A state that a case can get to, that is not an end, and that no move leaves. A move counts
whoever brings it about: people, the clock, somebody outside. A strand that ends by its own
`applies_while` is left alone. States that only lead to the dead end are not reported too.""",
    ),
    reads=SECTIONS,
)
def dead_end(subject: Subject) -> Iterator[Found]:
    """States that can be got to, are no end and have no way out."""
    for graph in _must_end(subject):
        for state in graph.reached():
            if graph.after[state] or state in graph.final:
                continue
            yield Found(
                message=f"A case that gets to `{state}` stays there: it is not an end, and no "
                "move leads out.",
                help=f"add a move that leads on from `{state}`, or mark it with `final: true`",
                path=graph.states[state],
                also=tuple(
                    (edge.path, f"`{edge.trigger}` must not happen")
                    for edge in graph.forbidden
                    if edge.source == state
                ),
                trace=graph.story(state),
                at_key=True,
            )


@check(
    CheckInfo(
        code="PK205",
        name="trap",
        severity="error",
        summary="A case can get into a circle of states from which no end can be reached.",
        why="""\
The case is handed round and round and never closed. For the young person that means ever
new appointments, and no outcome.""",
        source=SOUNDNESS + " (option to complete); waiting for a partner: §3.2.4",
        wrong="""\
states:
  identified: {initial: true}
  waiting: {}
  recalled: {}
  closed: {final: true}
triggers:
  close: {who: djo, moves: {from: identified, to: closed}}
  call: {who: djo, moves: {from: [identified, recalled], to: waiting}}
  call_again: {who: djo, moves: {from: waiting, to: recalled}}
""",
        right="""\
states:
  identified: {initial: true}
  waiting: {}
  recalled: {}
  closed: {final: true}
triggers:
  close: {who: djo, moves: {from: [identified, waiting], to: closed}}
  call: {who: djo, moves: {from: [identified, recalled], to: waiting}}
  call_again: {who: djo, moves: {from: waiting, to: recalled}}
""",
        how="""\
States that can all be reached from each other, that a case can get to, that hold no end and
that no move leaves. Every condition counts as possible here. A circle that only a condition
closes is found by `protocolkit verify`, with the story of a case that gets into it. The circle is
shown from the state that a case gets to first.""",
    ),
    reads=SECTIONS,
)
def trap(subject: Subject) -> Iterator[Found]:
    """Groups of states that can be got to, hold no end and have no way out."""
    for graph in _must_end(subject):
        reached = graph.reached()
        for group in components(graph.states, graph.after):
            leaves = any(target not in group for name in group for target in graph.after[name])
            if len(group) == 1 or leaves or group[0] not in reached or {*group} & {*graph.final}:
                continue
            first = graph.first(group)
            round_ = way((first,), first, graph.edges, group)
            yield Found(
                message=f"No end can be reached from `{first}`: the case goes round in a circle, "
                f"`{' -> '.join([edge.source for edge in round_] + [first])}`.",
                help="add a move out of the circle, for instance one that a level fires when "
                "the wait gets too long",
                path=graph.states[first],
                also=(((*round_[-1].path, "to"), f"`{round_[-1].trigger}` leads back here"),),
                trace=graph.story(first),
                at_key=True,
            )


def _must_end(subject: Subject) -> Iterator[Graph]:
    """The strands that end only in one of their states.

    With no end marked, PK201 says so, and everything else would follow from it.
    """
    for name, graph in subject.graphs.items():
        if graph.final and subject.protocol.strands[name].applies_while is None:
            yield graph


CHECKS: tuple[Check, ...] = (start_or_end_missing, unreachable_state, dead_end, trap)
