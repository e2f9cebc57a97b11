"""Answers about a case: where it stands, who owes what, what may be done, what will come, what
is left until it can be closed.

Data, in the words that the command line, the API and the pages all use. One module each; here
is what others use of them.
"""

from __future__ import annotations

from protocolkit.semantics.answers.left import Left, Leg, Way, left
from protocolkit.semantics.answers.offers import offers
from protocolkit.semantics.answers.owed import Owed, Undecided, Wanted, todo, todo_page, waiting
from protocolkit.semantics.answers.page import Page
from protocolkit.semantics.answers.pending import AHEAD, COUNTED, FORESEEN, Coming, pending
from protocolkit.semantics.answers.prospects import explained
from protocolkit.semantics.answers.standing import (
    LeftOut,
    Offered,
    Planned,
    Proposed,
    Standing,
    standing,
)
from protocolkit.semantics.answers.watched import Watched
from protocolkit.semantics.answers.why import KINDS, Able, Why, possible, who_can, why

__all__ = [
    "AHEAD",
    "COUNTED",
    "FORESEEN",
    "KINDS",
    "Able",
    "Coming",
    "Left",
    "LeftOut",
    "Leg",
    "Offered",
    "Owed",
    "Page",
    "Planned",
    "Proposed",
    "Standing",
    "Undecided",
    "Wanted",
    "Watched",
    "Way",
    "Why",
    "explained",
    "left",
    "offers",
    "pending",
    "possible",
    "standing",
    "todo",
    "todo_page",
    "waiting",
    "who_can",
    "why",
]
