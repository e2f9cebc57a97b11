"""Every reason against a request, by its name.

Imports the judges of every kind of request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference.judging_acts import Acts
from tests.reference.judging_follow_ups import FollowUps
from tests.reference.judging_meetings import Meetings
from tests.reference.ledger import Ask, Now

if TYPE_CHECKING:
    from tests.reference.owing import Owing


class Against(Acts, FollowUps, Meetings):
    """One request, judged on the case before it."""


def against(case: Owing, ask: Ask, now: Now) -> Against:
    """What is asked, judged: `names` are the reasons against it."""
    judge = Against(case, ask, now)
    judge.names = set(getattr(judge, ask.kind)())
    for text in (ask.reason, ask.evidence):
        if len(text) > 64 or " " in text or not text.isprintable():
            judge.names.add("free-text")
    return judge
