"""Input that once did harm: a value, an instant or a rule that nobody writes on purpose."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Refused
from protocolkit.language.reading import read_text
from protocolkit.store.memory import MemoryStore
from tests.stories import OFFICER, engine_with, local, tiny_text


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(2201, 1, 1), date.max])
def test_a_date_outside_the_years_of_a_case_is_refused(day: date) -> None:
    """East of Greenwich the first day of the calendar has no instant; none is a child's day."""
    text = tiny_text(
        """
        facts: {turns_18_on: {type: date}}
        follow_ups:
          transition: {opens_when: reached(turns_18_on), who: [officer], due: within 2 hours}
        """
    ).replace("America/Halifax", "Europe/Berlin")
    protocol = read_text(text).protocol
    assert protocol is not None
    engine = Engine([protocol], MemoryStore(), VirtualClock(local("2025-03-04 10:00")))
    engine.open("tiny", by=OFFICER, id="c")
    with pytest.raises(Refused) as refused:
        engine.record("c", {"turns_18_on": day}, by=OFFICER)
    assert ["wrong-value"] == [reason.name for reason in refused.value.reasons]


def test_a_hand_over_is_not_named_like_a_programme() -> None:
    """Accepted from the case `tiny` it would open the case `tiny.programme`, and nobody could
    adopt the protocol any more.
    """
    text = tiny_text(
        """
        triggers: {report: {who: [officer]}}
        links: {programme: {protocol: elsewhere, opens_with: [report]}}
        """
    )
    findings = read_text(text).findings
    assert [("PK006", ("links", "programme"))] == [(one.code, one.path) for one in findings]


def test_business_days_do_not_run_out() -> None:
    """A year of single days may be closed; more is a matter of the calendar."""
    engine, _ = engine_with(
        "triggers: {ask: {who: officer}}\n"
        "follow_ups: {see: {opens_with: ask, who: officer, due: within 2 business days}}"
    )
    engine.open("tiny", by=OFFICER)
    days = [date(2025, 3, 5) + timedelta(days=n) for n in range(4000)]
    with pytest.raises(Refused) as refused:
        engine.close_days("tiny", "office", days, by=OFFICER)
    assert ["wrong-value"] == [one.name for one in refused.value.reasons]
