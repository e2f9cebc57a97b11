"""The words of a proof for people: each kind of question, what its answers mean, what to do.

Imports the results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from protocolkit.ground.record import Record
from protocolkit.proofs.results import IN_WORDS, Result, Verdict

WORST_FIRST: tuple[Verdict, ...] = ("violated", "not proved", "vacuous", "proved")


class Kind(Record):
    """A kind of question. `all_hold` is said when no answer is otherwise (`{n}` counts them; empty:
    what the question itself says), `about` names it when some are, `help` is what to do.
    """

    about: str
    help: str
    all_hold: str = ""


KINDS: Mapping[str, Kind] = {
    "can-finish": Kind(
        about="A way to the end",
        help="add a move to a state that is `final`, or ask for less on the way there",
    ),
    "no-trap": Kind(
        about="A way to the end from everywhere",
        help="give the place where the case stops a way out, or a limit with a ladder of levels "
        "that leads on",
    ),
    "closes-if-all-act": Kind(
        about="A way to the end by what must be done",
        help="say `strength: must` for the step that leads on, or let a limit lead on",
    ),
    "finishes-cleanly": Kind(
        about="Nothing that must be done is lost at the end",
        help="let it open before the case closes, so that the closing waits for it; or say "
        "`carries_over: true` if it goes on after that",
    ),
    "nothing-dead": Kind(
        about="Acts, states and follow-ups that can come about",
        all_hold="Nothing is dead: each of {n} acts, states and follow-ups can come about.",
        help="look at what the way there asks for, or take the rule out",
    ),
    "can-be-ended": Kind(
        about="Follow-ups that can be ended",
        all_hold="What is owed can be ended: {n} follow-ups.",
        help="say who does it (`who`), what counts as doing it (`met_by`), or when it ends by "
        "itself (`ends_when`)",
    ),
    "never-blocks-forever": Kind(
        about="Follow-ups that never hold up a case for good",
        all_hold="What must be done never holds up a case for good: {n} follow-ups.",
        help="let somebody set it aside (`waive`), or say when it ends by itself (`ends_when`)",
    ),
    "no-pile-up": Kind(
        about="Follow-ups that do not pile up",
        all_hold="Nothing that is owed piles up: {n} follow-ups.",
        help="say with `if_again: ignore` or `if_again: redate` what follows when one is open, or "
        "with `ends_when` when they end",
    ),
    "levels-come": Kind(
        about="Levels and late follow-ups that can come",
        all_hold="What comes when people are late can come: {n} levels and late follow-ups.",
        help="let it come sooner, or take it out",
    ),
    "outside-events": Kind(
        about="Events from outside that are taken in",
        all_hold="What comes from outside is taken in whenever it comes: {n} events.",
        help="add a move for it there, or say `elsewhere: allowed`",
    ),
    "nobody-untold": Kind(
        about="Follow-ups and states that somebody hears of",
        all_hold="Nobody must act untold: {n} follow-ups and states.",
        help="name somebody for it first, or let a ladder tell one who is there",
    ),
    "no-automatic-loop": Kind(
        about="Things that lead to each other",
        help="let time pass in between, or let somebody act",
    ),
    "own-approval": Kind(
        about="Agreements that need more than one person",
        all_hold="Nobody agrees alone to what they propose: {n} acts.",
        help="ask for one more to agree, or for another role than the one who proposes it",
    ),
    "can-be-staffed": Kind(
        about="Enough people",
        help="add people to the roster, or ask for fewer who must not be the same",
    ),
    "property": Kind(
        about="The protocol's own properties",
        all_hold="The protocol keeps its own word: all {n} properties hold.",
        help="change the rules that the story goes by, or what is promised",
    ),
}
"""The kinds of questions in the order in which they are told."""

NO_TEST = "see whether what it speaks of can come about, and whether it says what is meant"
LOOK_ON = "look further with `--seconds` and `--situations`; fewer rules that hang together help"


def kind_of(question: str) -> Kind:
    """What to say of a kind of question."""
    plain = question.replace("-", " ")
    return KINDS.get(question) or Kind(about=plain.capitalize(), help="see what the story shows")


def what_to_do(result: Result) -> str:
    """The help for an answer that is not yes."""
    return NO_TEST if result.verdict == "vacuous" else kind_of(result.question).help


def groups(results: Iterable[Result]) -> dict[str, list[Result]]:
    """The answers by kind of question, in the order in which they are told."""
    found: dict[str, list[Result]] = {name: [] for name in KINDS}
    for one in results:
        found.setdefault(one.question, []).append(one)
    return {name: answers for name, answers in found.items() if answers}


def told_in_one(question: str, answers: Sequence[Result]) -> tuple[Verdict, str]:
    """One line for all answers of a kind: the worst of them, and what it says."""
    counts = Counter(one.verdict for one in answers)
    worst = next(verdict for verdict in WORST_FIRST if counts[verdict])
    kind = kind_of(question)
    if len(answers) == 1:
        return worst, answers[0].title
    if worst == "proved" and kind.all_hold:
        return worst, kind.all_hold.format(n=len(answers))
    return worst, f"{kind.about}: {_counted(counts)}."


def total(results: Sequence[Result]) -> str:
    """`24 of 24 statements hold`; what became of the others."""
    return _counted(Counter(one.verdict for one in results), " statements")


def _counted(counts: Mapping[Verdict, int], what: str = "") -> str:
    every = sum(counts.values())
    others: tuple[Verdict, ...] = ("violated", "vacuous", "not proved")
    rest = [f"{IN_WORDS[one]}: {counts[one]}" for one in others if counts.get(one)]
    return "; ".join([f"{counts.get('proved', 0)} of {every}{what} hold", *rest])
