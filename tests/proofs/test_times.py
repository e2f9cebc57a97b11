"""How long things take: tiny counties reckoned by hand, and random cases on the real rules."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.ground.errors import UsageError
from protocolkit.language.reading import read_file, read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.milestones import CLOSING, OPENING
from protocolkit.proofs.search import Budget
from protocolkit.proofs.times import times
from protocolkit.proofs.timing import LATE, LONG_DAYS, NOT_WAIVED, ON_TIME, Timing, length
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case
from protocolkit.semantics.performing.perform import perform
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.semantics.time import advance
from tests.proofs.random_protocols import protocol_text
from tests.proofs.rules import Deed, Rules
from tests.proofs.walks import request_of
from tests.stories import tiny, tiny_text

PROTOCOLS = Path(__file__).parents[2] / "protocols"
HOUR = 60
DAY = 24 * HOUR
AMPLE = Budget(situations=5000, seconds=600)
SOME = Budget(situations=300, seconds=600)
"""No figure of a test hangs on how busy the machine is."""

CHAIN = """
    states:
      begun: {initial: true}
      reported: {}
      met: {}
      closed: {final: true}
    triggers:
      report: {who: officer, moves: [{from: begun, to: reported}]}
      convene: {who: supervisor, moves: [{from: reported, to: met}]}
      end: {who: judge, moves: [{from: met, to: closed}]}
    follow_ups:
      report_it: {opens_in: begun, who: officer, due: within 24 hours, met_by: [report]}
      convene_it: {opens_with: report, who: supervisor, due: within 2 hours, met_by: [convene]}
"""

PARALLEL = """
    states: {begun: {initial: true}, closed: {final: true}}
    triggers:
      see: {who: officer}
      call: {who: officer}
      end: {who: judge, needs: {called: happened(call)}, moves: [{from: begun, to: closed}]}
    follow_ups:
      slow: {opens_in: begun, who: officer, due: within 3 hours, met_by: [see]}
      quick: {opens_in: begun, who: officer, due: within 1 hours, met_by: [call]}
      finish: {opens_with: see, who: judge, due: within 2 hours, met_by: [end]}
"""

ROUND = """
    states: {begun: {initial: true}, asked: {}, closed: {final: true}}
    triggers:
      ask: {who: officer, moves: [{from: begun, to: asked}]}
      send_back: {who: judge, moves: [{from: asked, to: begun}]}
      end: {who: judge, moves: [{from: asked, to: closed}]}
    follow_ups:
      ask_it: {opens_in: begun, who: officer, due: within 1 hours, met_by: [ask]}
      answer: {opens_in: asked, who: judge, due: within 2 hours, met_by: [end, send_back]}
"""

ONCE_ROUND = ROUND.replace(
    "send_back: {who: judge,",
    "send_back: {who: judge, needs: {not_yet: not happened(send_back)},",
)

DAYS = CHAIN.replace("within 24 hours", "within 3 calendar days")

FIRED = """
    states: {begun: {initial: true}, looked_at: {}, closed: {final: true}}
    triggers:
      look: {who: officer, moves: [{from: begun, to: looked_at}]}
      end: {who: [judge, clock], moves: [{from: looked_at, to: closed}]}
    follow_ups:
      look_at_it: {opens_in: begun, who: officer, due: within 3 hours, met_by: [look]}
    escalations:
      too_long:
        watches: {state: looked_at}
        levels: [{after: 24 hours, fire: end}]
"""


def took(protocol: Protocol, from_: str, to: str) -> Timing:
    """The answer to one pair."""
    (found,) = times(protocol, [(from_, to)], budget=AMPLE)
    return found


def figures(found: Timing) -> tuple[str, int | None, int | None]:
    """The verdict, the best and the worst time."""
    return found.verdict, found.best, found.worst


@pytest.mark.parametrize(
    ("rules", "from_", "to", "best", "worst"),
    [
        (CHAIN, OPENING, "begun", 0, 0),
        (CHAIN, OPENING, "reported", 0, 24 * HOUR),
        (CHAIN, OPENING, "met", 0, 26 * HOUR),
        (CHAIN, OPENING, "convene", 0, 26 * HOUR),
        (CHAIN, "report", "met", 0, 2 * HOUR),
        (CHAIN, "convene_it.opened", "convene_it.met", 0, 2 * HOUR),
        (CHAIN, "report", "convene_it.opened", 0, 0),
        (PARALLEL, OPENING, CLOSING, 0, 5 * HOUR),
        (PARALLEL, OPENING, "slow.met", 0, 3 * HOUR),
        (PARALLEL, "call", "see", 0, 3 * HOUR),
        (ONCE_ROUND, OPENING, CLOSING, 0, 6 * HOUR),
        (ONCE_ROUND, "ask", "ask", 0, 3 * HOUR),
        (ROUND, "asked", "begun", 0, 2 * HOUR),
    ],
)
def test_limits_add_up_along_the_longest_way(
    rules: str, from_: str, to: str, best: int, worst: int
) -> None:
    """One after the other they add up, side by side the longer counts, a way round counts once."""
    assert ("bounded", best, worst) == figures(took(tiny(rules), from_, to))


@pytest.mark.parametrize(
    ("closed", "limit", "worst"),
    [
        # From the start of a Friday to the end of Tuesday; in May no clocks change.
        ("[last monday of may]", "1 business day", 5 * DAY),
        # From the start of a Friday to the end of Monday, with the hour of the autumn.
        ("[]", "1 business day", 4 * DAY + HOUR),
        # From the start of a Friday to the end of Thursday.
        ("[last monday of may]", "3 business days", 7 * DAY),
        ("[]", "2 calendar days", 3 * DAY + HOUR),
    ],
)
def test_office_days_count_at_their_longest(closed: str, limit: str, worst: int) -> None:
    """Weekends, holidays and the long day of autumn are in the worst time."""
    rules = CHAIN.replace("within 24 hours", f"within {limit}")
    text = tiny_text(rules).replace("closed: []", f"closed: {closed}")
    text = text.replace(
        "timezone: America/Halifax", "timezone: America/Halifax\nbusiness_days: office"
    )
    reading = read_text(text, "tiny.yaml")
    assert reading.protocol is not None, reading.findings
    found = took(reading.protocol, OPENING, "reported")
    assert ("bounded", 0, worst) == figures(found)
    assert LONG_DAYS in found.assumptions


def test_a_loop_is_named() -> None:
    """Where limits start again and again there is no longest time, and the loop is told."""
    found = took(tiny(ROUND), OPENING, CLOSING)
    assert ("unbounded", 0, None) == figures(found)
    assert {"ask", "send_back"} == set(found.loop)
    assert found.why in (
        "the limits start again each time `send_back`, `ask` come round.",
        "the limits start again each time `ask`, `send_back` come round.",
    )


def test_an_open_wait_is_named() -> None:
    """Where nothing says by when somebody must act, the state and who must act are told."""
    found = took(tiny(CHAIN), OPENING, CLOSING)
    assert ("unbounded", 0, None) == figures(found)
    assert {"case": "met"} == dict(found.where)
    assert "in `met` nothing says by when `end` must come; it waits for judge." == found.why
    assert ("report", "convene") == found.way
    assert (
        "at best at once; at worst no limit, even if nobody is late: "
        "in `met` nothing says by when `end` must come; it waits for judge."
    ) == found.in_words


@pytest.mark.parametrize("word", ["should", "encouraged", "may"])
def test_what_need_not_be_done_bounds_nothing(word: str) -> None:
    """A limit of what is only advised says nothing for certain."""
    rules = CHAIN.replace("who: officer, due", f"who: officer, strength: {word}, due")
    assert "unbounded" == took(tiny(rules), OPENING, "reported").verdict


def test_a_limit_without_a_time_bounds_nothing() -> None:
    """`unspecified` says nothing of when it is late."""
    rules = CHAIN.replace("within 24 hours", "unspecified")
    found = took(tiny(rules), OPENING, "reported")
    assert ("unbounded", "begun") == (found.verdict, found.where["case"])


def test_an_act_of_the_clock_bounds_a_wait() -> None:
    """What the clock does comes, whatever people do; before that they can be late."""
    protocol = tiny(FIRED)
    assert ("bounded", 0, 24 * HOUR) == figures(took(protocol, "looked_at", CLOSING))
    assert ("bounded", 0, 27 * HOUR) == figures(took(protocol, OPENING, CLOSING))
    assert 24 * HOUR == took(protocol, "looked_at", CLOSING).if_late
    assert None is took(protocol, OPENING, CLOSING).if_late


def test_what_only_lateness_brings_is_told_so() -> None:
    """Nobody is late, so it never comes; if somebody is, it comes just after the limit."""
    found = took(tiny(CHAIN), OPENING, "report_it.overdue")
    assert ("bounded", 24 * HOUR, 24 * HOUR) == figures(found)
    assert LATE in found.assumptions
    assert ON_TIME not in found.assumptions
    assert "always 24 hours; it comes only when somebody is late" == found.in_words


def test_what_cannot_follow_never_comes() -> None:
    """An act that only comes before another never follows it."""
    found = took(tiny(CHAIN), "convene", "report")
    assert ("never", None, None) == figures(found)
    assert "never: no case comes from `convene` to `report`." == found.in_words


def test_nobody_waives() -> None:
    """What may be waived is taken to be done all the same, and that is said."""
    rules = CHAIN.replace("met_by: [report]", "met_by: [report], waive: {who: judge}")
    found = took(tiny(rules), OPENING, "reported")
    assert ("bounded", 0, 24 * HOUR) == figures(found)
    assert NOT_WAIVED in found.assumptions


def test_without_pairs_the_states_are_asked_in_their_order() -> None:
    """From the opening to each state as a case comes to it, to closing, and what properties say."""
    rules = CHAIN + (
        "    properties:\n"
        "      soon: {kind: response, when: report, then: convene, within: 2 hours}\n"
    )
    asked = [(one.from_, one.to) for one in times(tiny(rules))]
    assert [
        (OPENING, "reported"),
        (OPENING, "met"),
        (OPENING, CLOSING),
        ("report", "convene"),
    ] == asked


@pytest.mark.parametrize("name", ["convine", "report.met", "report_it", "report_it.opning"])
def test_a_name_that_nothing_has_is_refused(name: str) -> None:
    """A wrong name is told, with a near one."""
    with pytest.raises(UsageError, match="nothing that is called"):
        times(tiny(CHAIN), [(OPENING, name)])


def test_the_budget_is_told() -> None:
    """A search that was stopped gives no figure."""
    found = times(tiny(ROUND), [(OPENING, CLOSING)], budget=Budget(situations=1, seconds=1))[0]
    assert ("not decided", None, None) == figures(found)
    assert "could not decide: the search stopped before its end." == found.in_words


def test_without_a_role_it_never_comes() -> None:
    """What nobody can do never comes."""
    (found,) = times(tiny(CHAIN), [(OPENING, CLOSING)], absent=["judge"])
    assert "never" == found.verdict


def test_json_has_plain_values() -> None:
    """Programs read the same answer."""
    found = took(tiny(CHAIN), OPENING, CLOSING).to_json()
    assert found == json.loads(json.dumps(found))
    assert ("opening", "closing", "unbounded", 0, None, {"case": "met"}) == tuple(
        found[name] for name in ("from", "to", "verdict", "best", "worst", "where")
    )


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "at once"),
        (1, "1 minute"),
        (90, "1 hour 30 minutes"),
        (24 * HOUR, "24 hours"),
        (72 * HOUR, "72 hours"),
        (73 * HOUR, "3 days 1 hour"),
        (14 * DAY, "14 days"),
    ],
)
def test_lengths_in_words(minutes: int, words: str) -> None:
    """Hours up to three days, then days."""
    assert words == length(minutes)


def test_it_is_told_from_when_office_days_are_longest() -> None:
    """Ten office days are longest when they begin before Christmas."""
    protocol = read_file(str(PROTOCOLS / "recommended.yaml")).protocol
    assert protocol is not None
    found = took(protocol, "engage_team", "agree_a_plan.met")
    # From the start of that Thursday: 20, 23, 24, 26, 27, 30, 31 December, 2, 3, 6 January.
    assert ("bounded", 0, 19 * DAY) == figures(found)
    assert "at their longest: 10 business days from a Thursday like 2024-12-19" in found.assumptions


# -- the protocols -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["site_a", "site_b"])
def test_the_sites_state_no_limits(name: str) -> None:
    """The paper states no limits: everything may take for ever, from the first state on."""
    protocol = read_file(str(PROTOCOLS / f"{name}.yaml")).protocol
    assert protocol is not None
    found = times(protocol, budget=AMPLE)
    assert {("unbounded", 0, None)} == {figures(one) for one in found}
    assert {"identified"} == {one.where["case"] for one in found}


def test_the_recommended_protocol() -> None:
    """Reported in 2 hours, the team at work in 26; when a case is closed it leaves open."""
    protocol = read_file(str(PROTOCOLS / "recommended.yaml")).protocol
    assert protocol is not None
    found = {one.to: one for one in times(protocol, budget=AMPLE)}
    assert ("bounded", 0, 2 * HOUR) == figures(found["reported"])
    assert ("bounded", 0, 26 * HOUR) == figures(found["team_engaged"])
    # After `find_no_trafficking` nothing asks for a plan any more, and one may still be agreed.
    assert ("team_engaged", "find_no_trafficking") == (
        found["plan_agreed"].where["case"],
        found["plan_agreed"].way[-1],
    )
    assert ("unbounded", "plan_agreed") == (
        found[CLOSING].verdict,
        found[CLOSING].where["case"],
    )


# -- random counties -----------------------------------------------------------------------

WAY = "abcdef"
"""Where the cases of random counties can stand; they end in the last."""

Steps = dict[str, tuple[int, frozenset[str]]]
"""For each state by when it must be left, in hours, and whereto."""


@st.composite
def steps(draw: st.DrawFn) -> Steps:
    """A random way from the first state to the last, now and then with a step back."""
    found: Steps = {}
    for place, state in enumerate(WAY[:-1]):
        onward = draw(st.sets(st.sampled_from(WAY[place + 1 :]), min_size=1, max_size=2))
        back = draw(st.sets(st.sampled_from(WAY[:place]), max_size=1)) if place else set()
        often = draw(st.integers(0, 5)) == 0
        found[state] = (draw(st.integers(1, 9)), frozenset(onward | (back if often else set())))
    return found


def county(way: Steps) -> Protocol:
    """The county in which a case goes this way."""
    lines = ["states:", "  a: {initial: true}", *(f"  {one}: {{}}" for one in WAY[1:-1])]
    lines += [f"  {WAY[-1]}: {{final: true}}", "triggers:"]
    for state, (_, targets) in way.items():
        for to in sorted(targets):
            moves = f"moves: [{{from: {state}, to: {to}}}]"
            lines.append(f"  {state}_to_{to}: {{who: officer, {moves}}}")
    lines.append("follow_ups:")
    for state, (hours, targets) in way.items():
        met_by = ", ".join(f"{state}_to_{to}" for to in sorted(targets))
        opens = f"opens_in: {state}, who: officer, due: within {hours} hours"
        lines.append(f"  leave_{state}: {{{opens}, met_by: [{met_by}]}}")
    protocol = read_text(tiny_text("\n".join(lines)), "random.yaml").protocol
    assert protocol is not None
    return protocol


def longest(way: Steps, to: str) -> float | None:
    """The longest time from the first state to another, by going every way; None for no way."""

    def on_from(state: str, gone: frozenset[str]) -> float | None:
        if state == to:
            return 0
        if state not in way:
            return None
        if state in gone:
            return inf if reaches(way, state, to) else None
        hours, targets = way[state]
        found = [more for one in targets if (more := on_from(one, gone | {state})) is not None]
        return hours + max(found) if found else None

    return on_from(WAY[0], frozenset())


def reaches(way: Steps, state: str, to: str) -> bool:
    """Whether a case can come from one state to another."""
    seen = {state}
    waiting = [state]
    while waiting:
        for one in way.get(waiting.pop(), (0, frozenset()))[1] - seen:
            seen.add(one)
            waiting.append(one)
    return to in seen


@settings(max_examples=25)
@given(steps(), st.sampled_from(WAY[1:]))
def test_the_worst_time_is_the_longest_way(way: Steps, to: str) -> None:
    """What a search with a stopwatch finds is what going every way finds."""
    found = took(county(way), OPENING, to)
    worst = longest(way, to)
    if worst is None:
        assert ("never", None, None) == figures(found)
    elif worst == inf:
        assert ("unbounded", 0, None, True) == (*figures(found), bool(found.loop))
    else:
        assert ("bounded", 0, worst * HOUR) == figures(found)


# -- the law -------------------------------------------------------------------------------


class Walked:
    """One case on the real rules, in which nobody is late and nobody waives: when it first came
    to each state, in minutes after its opening.
    """

    def __init__(self, protocol: Protocol, deeds: list[Deed], random: Random) -> None:
        self.program = Program(protocol)
        self.case = Case("walked")
        self.start = self.now = datetime(2026, 3, 2, 8, tzinfo=UTC)
        role = next(iter(protocol.roles))
        opening = Request(kind="open", actor=Actor(id=role, roles=frozenset({role})))
        assert () == perform(self.program, self.case, opening, self.now)[1]
        self.first: dict[str, float] = {}
        self._look()
        for _ in range(40):
            self._wait(random)
            request = request_of(protocol, random.choice(deeds))
            perform(self.program, self.case, request, self.now)
            self._look()

    def _wait(self, random: Random) -> None:
        """Some time, often until the last instant for something, and never longer."""
        last = self._last_instant()
        later = self.now + random.choice((0, 1, 40, 60, 120)) * timedelta(minutes=1)
        self.now = later if last is None else last if random.randrange(3) == 0 else min(later, last)
        advance(self.program, self.case, self.now)
        self._look()

    def _last_instant(self) -> datetime | None:
        """By when something must be done."""
        dues = [
            one.due
            for one in self.case.open.values()
            if one.due is not None and self.program.follow_ups[one.follow_up].strength == "must"
        ]
        return max(self.now, min(dues)) if dues else None

    def _look(self) -> None:
        """Which states are new; nothing is late."""
        for visit, _ in self.case.visits.values():
            name = visit.partition("/")[0]
            self.first.setdefault(name, (self.now - self.start) / timedelta(minutes=1))


def compared(protocol: Protocol, deeds: list[Deed], random: Random) -> int:
    """Random cases beside the figures of their protocol; how many figures had a worst time."""
    pairs = [
        (OPENING, f"{strand.id}.{state}")
        for strand in protocol.strands.values()
        for state in strand.states
    ]
    told = {one.to: one for one in times(protocol, pairs, budget=SOME)}
    bounded = 0
    for _ in range(10):
        for name, minutes in Walked(protocol, deeds, random).first.items():
            found = told[name]
            if found.verdict == "not decided":
                continue
            assert LATE not in found.assumptions
            assert found.best is not None
            assert found.best <= minutes
            assert found.worst is None or minutes <= found.worst
            bounded += found.worst is not None and minutes > 0
    return bounded


@pytest.mark.parametrize("seed", range(5))
def test_no_real_case_takes_longer_or_shorter(seed: int) -> None:
    """Cases on the real rules, with nobody late, stay between the best and the worst time."""
    protocol = read_text(protocol_text(seed), f"{seed}.yaml").protocol
    assert protocol is not None
    deeds = [one for one in Rules(protocol).deeds() if one[0] not in ("waive", "decline")]
    compared(protocol, deeds, Random(seed))


@pytest.mark.parametrize("rules", [CHAIN, PARALLEL, ROUND, ONCE_ROUND, FIRED, DAYS])
def test_no_real_case_of_a_bounded_county_takes_longer(rules: str) -> None:
    """The same where there is a worst time, which random cases come near."""
    protocol = tiny(rules)
    deeds: list[Deed] = [("act", name, ()) for name in protocol.triggers]
    assert 0 < compared(protocol, deeds, Random(1))
