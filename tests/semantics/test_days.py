"""Limits that count from a day that somebody recorded, each acted out on a tiny county."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.zones import zone
from protocolkit.language.reading import read_text
from protocolkit.semantics.events import replay
from protocolkit.store.memory import MemoryStore
from tests.stories import JUDGE, OFFICER, SUPERVISOR, act_out, engine_with, local, tiny_text

RULES = """
facts:
  birthday: {type: date, recorded_by: officer}
  court_date: {type: date, recorded_by: officer}
triggers:
  notice: {who: officer}
  summons: {who: officer, records: [court_date]}
  plan: {who: officer}
  file: {who: officer}
follow_ups:
  make_plan: {opens_with: notice, who: officer, due: 30 calendar days before birthday, met_by: plan}
  file_it: {opens_with: notice, who: officer, due: within 10 business days after court_date,
      met_by: file}
"""


def test_days_are_counted_back_from_and_on_after_a_recorded_day(tmp_path: Path) -> None:
    """No date until the day is known; then to the end of the last day; the day itself is 0."""
    steps = """
    - {open: {by: officer}}
    - {do: notice, by: officer}
    - expect: {open: {make_plan: {due: unanchored}, file_it: {due: unanchored}}}
    - {record: {birthday: 2025-05-15}, by: officer, at: 2025-03-05 09:00}
    - expect: {open: {make_plan: {due: 2025-04-15 24:00}, file_it: {due: unanchored}}}
    - {do: summons, by: officer, facts: {court_date: 2025-03-14}, at: 2025-03-06 09:00}
    - expect:
        open: {make_plan: {due: 2025-04-15 24:00}, file_it: {due: 2025-03-28 24:00}}
    - {do: plan, by: officer, at: 2025-04-15 23:00}
    - expect:
        open: {file_it: {due: 2025-03-28 24:00, status: overdue}}
        ended: {make_plan: {status: met, late: false}}
    """
    assert [] == act_out(tmp_path, RULES, steps)


def test_another_day_dates_it_anew_and_ends_its_lateness(tmp_path: Path) -> None:
    """Late, then the day moves on: in time; then back: late at once, told again (ruling 8)."""
    rules = f"""{RULES}
escalations:
  no_plan: {{watches: {{follow_up: make_plan}}, levels: [{{at: due, tell: [supervisor]}}]}}
"""
    steps = """
    - {open: {by: officer}}
    - {record: {birthday: 2025-04-10}, by: officer}
    - {do: notice, by: officer}
    - expect: {open: {make_plan: {due: 2025-03-11 24:00}, file_it: {due: unanchored}}}
    - {wait_until: 2025-03-13 10:00}
    - expect:
        open: {make_plan: {due: 2025-03-11 24:00, status: overdue}, file_it: {due: unanchored}}
        told: [supervisor]
    - {record: {birthday: 2025-06-10}, by: officer}
    - expect:
        open: {make_plan: {due: 2025-05-11 24:00, status: open}, file_it: {due: unanchored}}
    - {record: {birthday: 2025-04-09}, by: officer, at: 2025-03-14 10:00}
    - expect:
        open: {make_plan: {due: 2025-03-10 24:00, status: overdue}, file_it: {due: unanchored}}
        told: [supervisor, supervisor]
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_what_is_met_stays_met_when_the_day_moves(tmp_path: Path) -> None:
    """The plan is made; another birthday asks for no other plan."""
    steps = """
    - {open: {by: officer}}
    - {record: {birthday: 2025-05-15}, by: officer}
    - {do: notice, by: officer}
    - {do: plan, by: officer, at: 2025-03-05 10:00}
    - {record: {birthday: 2025-09-15}, by: officer, at: 2025-03-06 10:00}
    - expect: {open: {file_it: {due: unanchored}}, ended: {make_plan: {status: met}}}
    """
    assert [] == act_out(tmp_path, RULES, steps)


def test_after_a_day_counts_what_happens_from_that_day_on(tmp_path: Path) -> None:
    """As with the date of a meeting: what came before it is something else."""
    steps = """
    - {open: {by: officer}}
    - {record: {court_date: 2025-03-06}, by: officer}
    - {do: notice, by: officer}
    - {do: file, by: officer, at: 2025-03-05 23:59}
    - expect: {open: {make_plan: {due: unanchored}, file_it: {due: 2025-03-20 24:00}}}
    - {do: file, by: officer, at: 2025-03-06 00:00}
    - expect: {open: {make_plan: {due: unanchored}}, ended: {file_it: {status: met}}}
    """
    assert [] == act_out(tmp_path, RULES, steps)


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        ("within 36 hours after court_date", "2025-03-11 12:00"),
        ("24 hours before court_date", "2025-03-08 23:00"),
        ("at once, within 1 calendar week after court_date", "2025-03-17 24:00"),
        ("within 1 business day after court_date", "2025-03-11 24:00"),
        ("1 business day before court_date", "2025-03-07 24:00"),
        ("at most 1 calendar day after court_date", "2025-03-11 24:00"),
    ],
)
def test_hours_run_from_the_beginning_of_the_day(tmp_path: Path, limit: str, due: str) -> None:
    """The tenth of March, a Monday the day after a change of the clock."""
    rules = f"""
facts: {{court_date: {{type: date, recorded_by: officer}}}}
triggers: {{notice: {{who: officer}}}}
follow_ups:
  note: {{opens_with: notice, who: officer, due: "{limit}"}}
"""
    steps = f"""
    - {{open: {{by: officer}}}}
    - {{do: notice, by: officer}}
    - {{record: {{court_date: 2025-03-10}}, by: officer}}
    - expect: {{open: {{note: {{due: {due}}}}}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_business_days_of_an_office_elsewhere_begin_and_end_there() -> None:
    """The day is the day of that office, not the hour before midnight there."""
    rules = """
    facts: {court_date: {type: date, recorded_by: officer}}
    triggers: {notice: {who: officer}}
    follow_ups:
      note: {opens_with: notice, who: officer, due: within 1 business day of port after court_date}
    """
    port = "calendars:\n  port: {open: mon-fri 08:00-16:00, timezone: America/Vancouver}\n"
    text = tiny_text(rules).replace("calendars:\n", port)
    reading = read_text(text.replace("id: tiny", "business_days: office\nid: tiny"), "tiny.yaml")
    assert [] == [one.message for one in reading.findings]
    assert reading.protocol is not None
    engine = Engine([reading.protocol], MemoryStore(), VirtualClock(local("2025-03-04 10:00")))
    engine.open("tiny", by=OFFICER, facts={"court_date": date(2025, 3, 10)}, id="c")
    engine.fire("c", "notice", by=OFFICER)
    midnight = datetime(2025, 3, 12, tzinfo=zone("America/Vancouver")).astimezone(UTC)
    assert [midnight] == [one.due for one in engine.todo("c")]


def test_the_programme_counts_from_its_own_days_and_a_case_does_not() -> None:
    """What an agreement ends on is watched where it is kept."""
    rules = """
    facts: {ends_on: {type: date, scope: programme, recorded_by: judge}}
    triggers: {notice: {who: officer}}
    follow_ups:
      renew: {scope: programme, opens_with: adopted, who: judge,
          due: 60 calendar days before ends_on}
    """
    engine, _ = engine_with(rules)
    standing = engine.adopt("tiny", by=JUDGE).id
    assert [None] == [one.due for one in engine.todo(standing)]
    engine.record(standing, {"ends_on": date(2025, 6, 30)}, by=JUDGE)
    assert [local("2025-05-02 00:00")] == [one.due for one in engine.todo(standing)]
    in_case = rules.replace("scope: programme, opens_with: adopted", "opens_with: notice")
    found = read_text(tiny_text(in_case), "tiny.yaml").findings
    message = "`ends_on` is a fact of the programme, and this belongs to single cases."
    assert [("PK006", message)] == [(one.code, one.message) for one in found]


def test_days_closed_later_move_what_counts_from_a_day() -> None:
    """A storm on the thirteenth: one business day more (ruling 33)."""
    engine, _ = engine_with(RULES)
    engine.open("tiny", by=OFFICER, facts={"court_date": date(2025, 3, 10)}, id="c")
    engine.fire("c", "notice", by=OFFICER)
    owed = {one.follow_up: one.due for one in engine.todo("c")}
    assert local("2025-03-25 00:00") == owed["file_it"]
    engine.close_days("tiny", "office", (date(2025, 3, 13),), by=OFFICER)
    owed = {one.follow_up: one.due for one in engine.todo("c")}
    assert local("2025-03-26 00:00") == owed["file_it"]


class Tale:
    """A case in which notice was given and a birthday was written down."""

    def __init__(self, day: date) -> None:
        self.engine, self.clock = engine_with(RULES)
        self.engine.open("tiny", by=OFFICER, facts={"birthday": day}, id="c")
        self.engine.fire("c", "notice", by=OFFICER)

    @property
    def due(self) -> datetime | None:
        """Until when the plan is owed."""
        return next(one.due for one in self.engine.todo("c") if one.follow_up == "make_plan")


def test_a_day_corrected_dates_it_anew() -> None:
    """What was typed wrong never was so; told again from the record, all stands as it stood."""
    tale = Tale(date(2025, 5, 15))
    assert local("2025-04-16 00:00") == tale.due
    tale.engine.correct("c", {"birthday": date(2025, 6, 15)}, by=OFFICER)
    assert local("2025-05-17 00:00") == tale.due
    tale.engine.correct("c", {"birthday": date(2025, 5, 15)}, by=OFFICER)
    assert local("2025-04-16 00:00") == tale.due


def test_a_day_in_a_void_entry_was_never_known() -> None:
    """Then there is no date again, until somebody knows it."""
    tale = Tale(date(2025, 5, 15))
    tale.engine.fire("c", "summons", by=OFFICER, facts={"court_date": date(2025, 3, 14)})
    entry = [one.sequence for one in tale.engine.history("c") if one.kind == "act"][-1]
    owed = {one.follow_up: one.due for one in tale.engine.todo("c")}
    assert local("2025-03-29 00:00") == owed["file_it"]
    tale.engine.void("c", entry, by=OFFICER)
    owed = {one.follow_up: one.due for one in tale.engine.todo("c")}
    assert owed["file_it"] is None
    tale.engine.record("c", {"court_date": date(2025, 3, 14)}, by=OFFICER)
    owed = {one.follow_up: one.due for one in tale.engine.todo("c")}
    assert local("2025-03-29 00:00") == owed["file_it"]


def test_what_was_met_stays_met_when_the_day_is_corrected() -> None:
    """Nobody is asked to make the plan again."""
    tale = Tale(date(2025, 5, 15))
    tale.engine.fire("c", "plan", by=OFFICER)
    tale.engine.correct("c", {"birthday": date(2025, 9, 15)}, by=OFFICER)
    case = replay("c", tale.engine.history("c"))
    assert "met" == case.instances["make_plan/1"].shown_status


def test_the_same_day_written_down_again_moves_nothing() -> None:
    """More time that was given stays given."""
    rules = RULES.replace("met_by: plan}", "met_by: plan, extend: supervisor}")
    engine, _ = engine_with(rules)
    engine.open("tiny", by=OFFICER, facts={"birthday": date(2025, 5, 15)}, id="c")
    engine.fire("c", "notice", by=OFFICER)
    later = local("2025-04-20 12:00")
    engine.extend("c", "make_plan/1", until=later, by=SUPERVISOR)
    engine.record("c", {"birthday": date(2025, 5, 15)}, by=OFFICER)
    assert later in [one.due for one in engine.todo("c")]
    engine.record("c", {"birthday": date(2025, 5, 14)}, by=OFFICER)
    assert local("2025-04-15 00:00") in [one.due for one in engine.todo("c")]


def test_a_day_that_expires_is_still_the_day(tmp_path: Path) -> None:
    """It has to be asked again; what counts from it does not lose its date meanwhile."""
    rules = RULES.replace(
        "birthday: {type: date,", "birthday: {type: date, valid_for: 1 calendar day,"
    )
    steps = """
    - {open: {by: officer}}
    - {record: {birthday: 2025-05-15}, by: officer}
    - {wait_until: 2025-03-10 10:00}
    - {do: notice, by: officer}
    - expect: {open: {make_plan: {due: 2025-04-15 24:00}, file_it: {due: unanchored}}}
    """
    assert [] == act_out(tmp_path, rules, steps)
