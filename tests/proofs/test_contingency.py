"""What becomes of cases when somebody is not there: roles, agencies, persons, hours."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.cli.roster import everybody
from protocolkit.cli.verify import matrix_html, matrix_text
from protocolkit.cli.verify.matrix_words import hours, length
from protocolkit.ground.zones import zone
from protocolkit.language.reading import read_file, read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs import verify
from protocolkit.proofs.absences import Absence, Absences, Outcome
from protocolkit.proofs.contingency import Cover, Matrix, contingency
from protocolkit.proofs.duty import DAY, Duty, Stretch, stretches
from protocolkit.proofs.people import Gone
from protocolkit.proofs.remaining import remaining
from protocolkit.proofs.search import Budget, explore
from protocolkit.semantics.actors import Actor
from tests.proofs.random_protocols import protocol_text
from tests.stories import tiny

PROTOCOLS = Path(__file__).parents[2] / "protocols"
BUNDLED = ("site_a", "site_b", "recommended", "examples/larkspur", "examples/marlock")
HOUR = timedelta(hours=1)
SAT, SUN = 5 * DAY, 6 * DAY


@cache
def bundled(name: str) -> Protocol:
    """A protocol of the repository."""
    found = read_file(str(PROTOCOLS / f"{name}.yaml")).protocol
    assert found is not None
    return found


@cache
def matrix_of(name: str) -> Matrix:
    """Its matrix, without a roster."""
    return contingency(bundled(name))


def without(name: str, id: str) -> Outcome:
    """What becomes of the cases of a bundled protocol in one absence."""
    found = matrix_of(name).of(id)
    assert found is not None
    return found


def stands(one: Outcome) -> dict[str, str]:
    """How a case stands, by state."""
    return {standing.state: standing.how for standing in one.standings}


def cover_of(matrix: Matrix, about: str) -> Cover:
    """The hours of one thing that waits."""
    return next(one for one in matrix.covers if one.about == about)


def lasts(one: Outcome, about: str) -> timedelta | None:
    """How late it is heard of at worst; None for never."""
    hearing = next(hearing for hearing in one.hears if hearing.about == about)
    return hearing.surely.within if hearing.surely is not None else None


# -- Site B: no process, a few officers ----------------------------------------------------


def test_site_b_hangs_on_its_officers() -> None:
    """Without the DJO nothing goes on, and nobody ever hears of a new case (§3.3)."""
    matrix, gone = matrix_of("site_b"), without("site_b", "djo")
    assert ["djo", "juvenile_court"] == [one.absence.id for one in matrix.lifelines]
    assert {"identified": "nobody", "in_case_management": "nobody", "referred": "hears"} == stands(
        gone
    )
    assert (
        "manage_case",
        "refer_to_provider",
        "mention_to_supervisor",
        "call_investigator",
        "end_case",
    ) == gone.stops
    assert None is lasts(gone, "identified")


def test_at_site_b_the_supervisor_changes_nothing() -> None:
    """Nobody reports to the supervisor, so nothing stops without one (§3.3)."""
    gone = without("site_b", "supervisor")
    assert not matrix_of("site_b").differs(gone)
    assert ("djo_supervisor",) == gone.ties


def test_at_site_b_three_persons_carry_the_referrals() -> None:
    """About three DJOs are the tie to the provider; what goes over it goes with them (§3.3.1)."""
    matrix = matrix_of("site_b")
    found = {one.id: (one.persons, one.only, one.carries) for one in matrix.ties}
    assert {
        "djo_site_a_investigator": (1, True, ()),
        "djo_service_provider": (
            3,
            True,
            ("triggers.refer_to_provider", "follow_ups.tell_the_djo"),
        ),
        "investigator_service_provider": (None, True, ()),
        "investigator_minor": (None, True, ()),
    } == found
    assert 9 == matrix.working_ties


def test_site_b_shows_at_a_glance_on_whom_it_hangs() -> None:
    """The first lines say it, and the row of the officers stands out by its signs."""
    text = matrix_text.short(matrix_of("site_b"))
    lines = text.splitlines()
    assert "* Without Deputy juvenile officer (DJO) no new case can be closed." in lines
    said = " ".join(text.split())
    assert "3 persons alone carry the tie between Deputy juvenile officer (DJO) and" in said
    row = next(line for line in lines if line.startswith("Deputy juvenile officer (DJO)"))
    assert ["X", "X", "h", "NO", "5", "-", "-", "never"] == row.split()[4:]


# -- Site A and the recommended protocol ---------------------------------------------------


def test_at_site_a_the_detective_stands_in_for_the_supervisor() -> None:
    """A supervisor who is not there is passed over: the detective is let in (§3.1)."""
    gone = without("site_a", "supervisor")
    assert gone.can_close
    assert {"identified": "acts", "reported": "others", "team_engaged": "acts"} == stands(gone)
    reported = gone.standings[1]
    assert (("investigator",), ("engage_team",)) == (reported.movers, reported.acts)
    assert "supervisor_reachable is false or unknown" == reported.only_if


def test_at_site_a_the_reporter_hears_from_one_detective() -> None:
    """Without the detective nobody else tells the reporter, and nobody is let in (§3.2.3)."""
    gone = without("site_a", "investigator")
    assert ("tell_the_reporter",) == gone.undone
    assert ("supervisor_not_there/1",) == gone.untold
    assert None is lasts(gone, "tell_the_reporter")


def test_at_site_a_the_division_going_silent_stops_its_calls_only() -> None:
    """When the Children's Division goes silent a case can be closed, the call back is not made."""
    gone = without("site_a", "childrens_division")
    assert (True, (), ("division_calls_back",)) == (gone.can_close, gone.stops, gone.undone)


def test_the_recommended_protocol_stands_without_the_supervisor() -> None:
    """The deputy does what the supervisor would, no later."""
    matrix = matrix_of("recommended")
    assert not matrix.differs(without("recommended", "supervisor"))


def test_the_recommended_protocol_needs_the_officer_at_the_meeting() -> None:
    """The DJO must be at the meeting that agrees the plan, so no plan and no closing without."""
    gone = without("recommended", "djo")
    assert not gone.can_close
    assert ("agree_plan", "find_no_trafficking") == gone.stops
    assert ("close_case",) == gone.not_reached


def test_a_search_that_nobody_starts_is_heard_of_after_its_limit_and_a_long_weekend() -> None:
    """One hour until it is late; those who are told then come back after 3 days 16 hours."""
    late = lasts(without("recommended", "investigator"), "start_search")
    assert timedelta(days=3, hours=17) == late


def test_an_agency_takes_all_its_roles_with_it() -> None:
    """Without the court nobody reports; the investigator is let in where a case was reported."""
    gone = without("recommended", "juvenile_court")
    assert {
        "identified": "nobody",
        "reported": "others",
        "team_engaged": "hears",
        "plan_agreed": "hears",
    } == stands(gone)
    assert None is lasts(gone, "identified")


# -- the hours of the week -----------------------------------------------------------------


def test_the_recommended_week_has_its_holes_outside_office_hours() -> None:
    """40 hours a week are covered; the worst wait is a weekend with a holiday on Monday."""
    cover = cover_of(matrix_of("recommended"), "identified")
    assert 128 == cover.empty_hours
    assert ["XXXXXXXXx.......xXXXXXXX"] * 5 + ["X" * 24] * 2 == [*cover.week]
    assert "X" * 24 == cover.closed_day
    assert timedelta(days=3, hours=16) == cover.wait.length
    where = zone("America/Chicago")
    assert cover.wait.since is not None
    since = cover.wait.since.astimezone(where)
    assert ("Fri 16:30", "2024-01-12") == (f"{since:%a %H:%M}", f"{since:%Y-%m-%d}")


def test_a_ladder_covers_the_night_at_the_recommended_protocol() -> None:
    """What waits for the supervisor is covered by the investigator, whom a ladder lets in."""
    cover = cover_of(matrix_of("recommended"), "reported")
    assert "o" * 24 == cover.week[5]
    assert (("investigator",), ()) == (cover.let_in, cover.hole)


COUNTY = """
protocolkit: "1"
id: night
title: A county with a desk
jurisdiction: Nowhere (invented)
timezone: America/Halifax
calendars:
  desk: {open: "mon-fri 00:00-24:00, sat 00:00-20:30, sun 00:00-24:00", closed: []}
organizations: {court: {kind: court}}
roles:
  clerk: {kind: other, organization: court, available: desk%s}
  night_clerk: {kind: other, organization: court, available: %s}
states: {begun: {initial: true, waits_for: clerk}, ended: {final: true}}
triggers: {finish: {who: clerk, moves: [{from: begun, to: ended}]}}
"""


def county(substitutes: str = "", night: str = "always") -> Matrix:
    """The matrix of a county whose desk is empty on Saturday night."""
    reading = read_text(COUNTY % (substitutes, night), "night.yaml")
    assert reading.protocol is not None
    return contingency(reading.protocol)


def test_a_hole_is_found_to_the_minute() -> None:
    """The desk is empty from Saturday 20:30 to midnight: half an hour, then three hours."""
    cover = cover_of(county(), "begun")
    assert (Stretch(start=SAT + 20 * 60 + 30, end=SUN),) == cover.hole
    assert f"{'.' * 20}xXXX" == cover.week[5]
    assert 3.5 * HOUR == cover.wait.length


def test_a_substitute_closes_the_hole() -> None:
    """Somebody who stands in and is there at night leaves no hour empty."""
    cover = cover_of(county(", substitutes: [night_clerk]"), "begun")
    assert ((), timedelta()) == (cover.hole, cover.wait.length)
    assert ["." * 24] * 7 == [*cover.week]


def test_hours_that_are_not_stated_are_neither_covered_nor_a_hole() -> None:
    """Nobody can tell whether a substitute without hours is there."""
    cover = cover_of(county(", substitutes: [night_clerk]", "unspecified"), "begun")
    assert () == cover.hole
    assert f"{'.' * 20}????" == cover.week[5]


def test_what_can_be_done_is_told_for_hours_with_the_same_people() -> None:
    """On Saturday night the act waits; in all other hours nothing does."""
    matrix = county()
    told = {hours(shift.stretches): (one.stops, stands(one)) for shift, one in matrix.hours}
    assert {
        "Sun 00:00 to Sat 20:30": ((), {"begun": "acts"}),
        "Sat 20:30-24:00": (("finish",), {"begun": "nobody"}),
    } == told


def test_the_night_of_the_clock_change_is_an_hour_longer() -> None:
    """An office closed on Sunday from 00:00 to 04:00 is closed for five hours in autumn."""
    matrix = contingency(_hours("mon-sat 00:00-24:00, sun 04:00-24:00"))
    wait = cover_of(matrix, "begun").wait
    assert 5 * HOUR == wait.length
    assert wait.since is not None
    assert datetime(2024, 11, 3, 3, tzinfo=wait.since.tzinfo) == wait.since


def _hours(open_: str, more: str = "") -> Protocol:
    text = COUNTY.replace(
        '"mon-fri 00:00-24:00, sat 00:00-20:30, sun 00:00-24:00"', f'"{open_}"{more}'
    )
    reading = read_text(text % ("", "always"), "hours.yaml")
    assert reading.protocol is not None
    return reading.protocol


def test_an_office_in_another_zone_counts_when_it_is_open_all_year() -> None:
    """08:00 to 16:00 in Regina, which has no summer time, is 10:00 to 18:00 in Halifax in winter
    and 11:00 to 19:00 in summer.
    """
    protocol = _hours("mon 08:00-16:00", ", timezone: America/Regina")
    found = stretches(Duty(protocol).week(["clerk"]))
    assert (Stretch(start=11 * 60, end=18 * 60),) == found


def test_an_office_that_never_opens_is_never_there() -> None:
    """With every day closed nobody ever comes."""
    protocol = _hours("mon 08:00-16:00")
    office = protocol.calendars["desk"]
    assert office.calendar is not None
    never = office.replace(calendar=office.calendar.replace(open=()))
    closed = protocol.replace(calendars={"desk": never})
    assert None is Duty(closed).wait(["clerk"]).length


# -- who hears, and when -------------------------------------------------------------------


LADDER = """
triggers:
  report: {who: officer}
  close: {who: officer, moves: [{from: begun, to: closed}]}
follow_ups:
  call: {opens_with: report, who: judge, due: within 4 hours}
escalations:
  late:
    watches: {follow_up: call}
    levels:
      - {at: due, if: at_risk is true, tell: detective}
      - {after: 2 hours, tell: detective}
facts: {at_risk: {type: boolean}}
"""


def test_levels_tell_after_the_limit_and_sooner_if_a_condition_holds() -> None:
    """Four hours if the condition is true, six in any case: the second level has none."""
    gone = contingency(tiny(LADDER)).of("judge")
    assert gone is not None
    (call,) = (one for one in gone.hears if one.about == "call")
    assert call.surely is not None
    assert call.sooner is not None
    assert (6 * HOUR, ("detective",), "") == (
        call.surely.within,
        call.surely.roles,
        call.surely.only_if,
    )
    assert (4 * HOUR, "at_risk is true") == (call.sooner.within, call.sooner.only_if)


def test_a_limit_that_counts_from_something_else_gives_no_bound() -> None:
    """Nobody can say when it is late, so nobody hears for certain."""
    rules = LADDER.replace("within 4 hours", "within 4 hours after close")
    gone = contingency(tiny(rules)).of("judge")
    assert gone is not None
    assert None is lasts(gone, "call")


def test_a_follow_up_that_opens_with_lateness_tells_who_owes_it() -> None:
    """Whoever must look into the delay hears of it when it is late."""
    rules = """
    triggers:
      report: {who: officer}
      close: {who: officer, moves: [{from: begun, to: closed}]}
    follow_ups:
      call: {opens_with: report, who: judge, due: within 4 hours}
      look: {opens_with: call.overdue, who: detective, due: within 1 hour}
    """
    gone = contingency(tiny(rules)).of("judge")
    assert gone is not None
    assert 4 * HOUR == lasts(gone, "call")


# -- acts, follow-ups and closing ----------------------------------------------------------


def test_a_follow_up_that_nobody_can_do_keeps_a_case_from_closing() -> None:
    """It opens on the only way, must be done, and nobody else can do, waive or end it."""
    rules = """
    triggers:
      close: {who: officer, moves: [{from: checked, to: closed}]}
      check: {who: officer, moves: [{from: begun, to: checked}]}
    states: {begun: {initial: true}, checked: {}, closed: {final: true}}
    follow_ups:
      sign: {opens_with: check, who: judge, due: unspecified%s}
    """
    for more, closes in (("", False), (", waive: {who: supervisor}", True)):
        gone = contingency(tiny(dedent(rules % more))).of("judge")
        assert gone is not None
        assert (closes, ("sign",)) == (gone.can_close, gone.undone)


def test_who_holds_a_per_case_role_needs_somebody_to_name_them() -> None:
    """Caseworkers are there, but whoever names one for the case is not."""
    rules = """
    triggers:
      name: {who: judge, assigns: {caseworker: named}}
      visit: {who: caseworker}
      close: {who: officer, moves: [{from: begun, to: closed}]}
    """
    gone = contingency(tiny(rules)).of("judge")
    assert gone is not None
    assert ("name", "visit") == gone.stops


def test_an_act_goes_on_by_what_only_an_absent_role_records() -> None:
    """What a condition needs must be recorded by somebody."""
    rules = """
    facts: {proof: {type: boolean, recorded_by: [detective]}}
    triggers:
      charge: {who: judge, needs: {proof: proof is true}}
      close: {who: officer, moves: [{from: begun, to: closed}]}
    """
    gone = contingency(tiny(rules)).of("detective")
    assert gone is not None
    assert (("charge",), ()) == (gone.not_reached, gone.stops)


# -- persons of a roster -------------------------------------------------------------------


def test_a_person_takes_only_roles_that_nobody_else_holds(tmp_path: Path) -> None:
    """Two DJOs stand in for each other; the only investigator does not come back."""
    path = tmp_path / "roster.yaml"
    path.write_text(
        "people:\n"
        "  u-1: {roles: [djo]}\n"
        "  u-2: {roles: [djo, supervisor]}\n"
        "  i-1: {roles: [investigator]}\n",
        encoding="utf-8",
    )
    matrix = contingency(bundled("site_a"), everybody(str(path)))
    roles = {one.absence.id: one.absence.roles for one in matrix.absences if _is_person(one)}
    assert {"u-1": (), "u-2": ("supervisor",), "i-1": ("investigator",)} == roles
    away = matrix.of("i-1")
    assert away is not None
    assert without("site_a", "investigator").undone == away.undone


def _is_person(one: Outcome) -> bool:
    return one.absence.kind == "person"


def test_a_person_takes_what_only_they_can_do() -> None:
    """Another detective is there, but cannot lead the interview."""
    people = (
        Actor("d-1", roles={"detective"}, can={"forensic_interview"}),
        Actor("d-2", roles={"detective"}),
    )
    matrix = contingency(bundled("examples/larkspur"), people)
    away = matrix.of("d-1")
    assert away is not None
    assert ((), ("interview",)) == (away.absence.roles, away.stops)


# -- forms ---------------------------------------------------------------------------------


class _Page(HTMLParser):
    """What a page is made of: tags with their attributes, and tags that are still open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()


@pytest.mark.parametrize("name", BUNDLED)
def test_every_form_is_marked_internal(name: str) -> None:
    """On the terminal, on the page and as JSON: it shows where the cover is thin."""
    matrix = matrix_of(name)
    assert matrix_text.short(matrix).startswith("INTERNAL")
    assert matrix_text.without(matrix, matrix.absences[0]).startswith("INTERNAL")
    assert "INTERNAL" in matrix_html.page(matrix)
    assert matrix.to_json()["internal"] is True


@pytest.mark.parametrize("name", BUNDLED)
def test_the_page_stands_alone(name: str) -> None:
    """Whole HTML without scripts, pictures or links: nothing is fetched."""
    text = matrix_html.page(matrix_of(name))
    found = _Page(text)
    assert ([], []) == (found.open, found.links)
    assert set() == found.tags & {"script", "link", "img", "iframe"}
    assert "url(" not in text


@pytest.mark.parametrize("name", BUNDLED)
def test_the_terminal_shows_it_in_eighty_columns(name: str) -> None:
    """No line is longer, and every console has the letters."""
    matrix = matrix_of(name)
    texts = [matrix_text.short(matrix)]
    texts += [matrix_text.without(matrix, one) for one in matrix.absences]
    lines = [line for text in texts for line in text.splitlines()]
    assert [] == [line for line in lines if len(line) > 80]


def test_json_is_plain_and_the_same_each_time() -> None:
    """Lengths are minutes; nothing depends on the order of sets."""
    first = json.dumps(contingency(bundled("recommended")).to_json())
    assert json.dumps(contingency(bundled("recommended")).to_json()) == first
    read = json.loads(first)
    cover = next(one for one in read["covers"] if one["about"] == "identified")
    assert (88 * 60, 24) == (cover["wait"]["length"], len(cover["closed_day"]))


def test_lengths_and_hours_are_said_as_people_say_them() -> None:
    """Two units at most; days with the same hours together."""
    assert ["at once", "1 hour", "3 days 16 hours"] == [
        length(one) for one in (timedelta(), HOUR, timedelta(days=3, hours=16, minutes=5))
    ]
    assert "3 d 16 h" == length(timedelta(days=3, hours=16), short=True)
    night = [Stretch(start=day * DAY + 990, end=day * DAY + 1950) for day in range(4)]
    assert "Mon-Thu 16:30 to 08:30 of the next day; Fri 16:30 to Mon 08:30" == hours(
        [*night, Stretch(start=4 * DAY + 990, end=7 * DAY + 510)]
    )


# -- laws ----------------------------------------------------------------------------------

_RANK = {"acts": 0, "others": 1, "hears": 2, "nobody": 3}


def _is_no_better(worse: Outcome, better: Outcome) -> bool:
    """Whether nothing is possible in one that is not in the other, and nothing heard sooner."""
    pairs = list(zip(worse.standings, better.standings, strict=True))
    return (
        {*worse.still} <= {*better.still}
        and {*worse.still} - {*worse.not_reached} <= {*better.still} - {*better.not_reached}
        and {*better.undone} <= {*worse.undone}
        and {*better.untold} <= {*worse.untold}
        and worse.can_close <= better.can_close
        and all(_RANK[one.how] >= _RANK[other.how] for one, other in pairs)
        and all(one.hears.lateness >= other.hears.lateness for one, other in pairs)
    )


@cache
def _absences(name: str) -> Absences:
    return Absences(bundled(name))


def _gone(roles: frozenset[str]) -> Absence:
    return Absence(kind="role", id="some", title="some", roles=tuple(sorted(roles)))


@given(data=st.data(), name=st.sampled_from(BUNDLED))
@settings(max_examples=40, deadline=None)
def test_with_one_more_role_gone_nothing_more_can_be_done(data: st.DataObject, name: str) -> None:
    """Taking a role away never lets more be done, closes no hole and is never heard of sooner."""
    roles = sorted(bundled(name).roles)
    gone = data.draw(st.frozensets(st.sampled_from(roles), max_size=4))
    more = gone | {data.draw(st.sampled_from(roles))}
    absences = _absences(name)
    assert _is_no_better(absences.outcome(_gone(more)), absences.outcome(_gone(gone)))


@given(data=st.data(), name=st.sampled_from(BUNDLED))
@settings(max_examples=12, deadline=None)
def test_a_substitute_and_longer_hours_make_nothing_worse(data: st.DataObject, name: str) -> None:
    """Whoever is gone, one who stands in for a role, or is always there, never harms."""
    protocol = bundled(name)
    roles = sorted(protocol.roles)
    gone = _gone(data.draw(st.frozensets(st.sampled_from(roles), max_size=3)))
    role = protocol.roles[data.draw(st.sampled_from(roles))]
    other = data.draw(st.sampled_from([one for one in roles if one != role.id]))
    if data.draw(st.booleans()):
        changed = role.replace(substitutes=tuple(dict.fromkeys((*role.substitutes, other))))
    else:
        changed = role.replace(available="always")
    better = protocol.replace(roles={**protocol.roles, role.id: changed})
    assert _is_no_better(_absences(name).outcome(gone), Absences(better).outcome(gone))
    after = contingency(better)
    for cover in matrix_of(name).covers:
        assert cover_of(after, cover.about).empty_hours <= cover.empty_hours


@pytest.mark.parametrize(
    ("name", "role"),
    [("site_a", "supervisor"), ("site_a", "investigator"), ("site_b", "djo"), ("site_b", "judge")],
)
def test_the_proofs_say_the_same_of_closing_and_of_acts(name: str, role: str) -> None:
    """What is told from the people alone holds with facts and time too, for sites A and B."""
    results = verify(bundled(name), absent=(role,)).results
    finish = next(one for one in results if one.question == "can-finish")
    dead = {
        one.about
        for one in results
        if (one.question, one.verdict) == ("nothing-dead", "violated")
        and one.about in bundled(name).triggers
    }
    gone = without(name, role)
    assert {"proved": True, "violated": False}[finish.verdict] == gone.can_close
    assert {*gone.stops, *gone.not_reached} == dead


@pytest.mark.parametrize("seed", range(4))
def test_the_search_never_does_what_is_called_impossible(seed: int) -> None:
    """Acts, states and closings that the search of cases finds are possible here too."""
    protocol = read_text(protocol_text(seed), "drawn.yaml").protocol
    assert protocol is not None
    for role in protocol.roles:
        graph = explore(protocol, absent=[role], budget=Budget(situations=300))
        left = remaining(protocol, Gone(roles=frozenset([role])))
        requests = [edge.move.request for _, edge in graph.edges()]
        done = {one.what for one in requests if one is not None and one.kind == "act"}
        states = {state for node in graph.nodes for state in node.case.states.values()}
        assert set() == done - left.acts.keys()
        assert set() == states - left.states
        assert left.can_close or all(node.case.closed_with is None for node in graph.nodes)
