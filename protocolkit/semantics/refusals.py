"""Every reason against an act, and every way a follow-up can stand, with what each word means.

The code that decides makes the reasons; a test fails while it makes one that is not listed here.
`docs/reference/refusals.md` is made from it, and `protocolkit explain` reads it. Imports ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from protocolkit.ground.record import Record


class Refusal(Record):
    """A reason against an act: its name, what is wrong, and what to do about it."""

    name: str
    says: str
    helps: str


class Status(Record):
    """A way a follow-up can stand, and what that means."""

    name: str
    says: str


class Group(Record):
    """Reasons about one subject."""

    title: str
    reasons: tuple[Refusal, ...]


def _group(title: str, *rows: tuple[str, str, str]) -> Group:
    reasons = tuple(Refusal(name=name, says=says, helps=helps) for name, says, helps in rows)
    return Group(title=title, reasons=reasons)


GROUPS = (
    _group(
        "Who acts",
        (
            "wrong-role",
            "The rule lets other people do this; whoever acts holds none of their roles now.",
            "Let one of those who are named do it, or give the person the role in this case.",
        ),
        (
            "exclusion",
            "The rule keeps this role from it (`never`, `not_led_by`), whatever else they hold.",
            "Let somebody else do it.",
        ),
        (
            "same-person",
            "One person did an earlier act, and the rule wants somebody else for this one.",
            "Let another person do it.",
        ),
        (
            "not-together",
            "The act is done together with somebody who was not there (`together_with`).",
            "Say who was there (`attended`), or do it once they are.",
        ),
        (
            "already-signed",
            "This person has agreed already; somebody else's agreement is still missing.",
            "Wait for those who are named.",
        ),
        (
            "not-proposed",
            "Nobody can stop this act, because it does not wait for anybody's agreement.",
            "Look with `case show` what waits for sign-offs.",
        ),
    ),
    _group(
        "What the rule needs",
        (
            "need-not-met",
            "Something that the rule needs is not so.",
            "The message says which need, and what is known instead.",
        ),
        (
            "need-unknown",
            "Nobody has recorded yet whether what the rule needs is so.",
            "Let one of those who are named record the fact; then try again.",
        ),
        (
            "not-enabled",
            "The case does not stand where this act starts.",
            "See with `case why` which act leads there.",
        ),
        (
            "does-not-apply",
            "The protocol, or this strand of it, does not apply to the case (`applies_while`).",
            "If a fact is wrong, correct it.",
        ),
        (
            "blocked",
            "A follow-up holds this act up until it is done (`blocks`).",
            "Do the follow-up first, or have it set aside by whoever may.",
        ),
        (
            "open-follow-up",
            "The act would close the case, and something that must be done is still owed.",
            "Do it, have it set aside, or say in the protocol when it ends.",
        ),
        (
            "forbidden",
            "The protocol says that nobody may do this (`strength: must_not`).",
            "There is no way; ask those who keep the protocol.",
        ),
        (
            "ambiguous-move",
            "The act leads to several states at once, and no rule says to which.",
            "The protocol must be mended: give the moves conditions that exclude each other.",
        ),
    ),
    _group(
        "Meetings",
        (
            "not-decided",
            "The act is decided at a meeting: none was held, or it had no quorum (`decided_at`).",
            "Hold the meeting with those who must come, then do the act.",
        ),
        (
            "not-at-meeting",
            "The act belongs to a meeting (`during`): none was held, or this person was not there.",
            "Let somebody who was there do it, or say at which meeting it was.",
        ),
        (
            "not-set",
            "No such meeting is planned, or several are, or it was held or called off already.",
            "Set the meeting first, or say its id.",
        ),
    ),
    _group(
        "Follow-ups",
        (
            "not-open",
            "The follow-up is not owed now: it never opened, or it has ended.",
            "See with `case todo` what is owed.",
        ),
        (
            "met-by-act",
            "The follow-up is met by an act (`met_by`), so it cannot just be called done.",
            "Do the act that is named.",
        ),
        (
            "which-one",
            "The follow-up is open several times, for several recipients or holders.",
            "Say which one: its id, or for whom (`item`).",
        ),
        (
            "which-part",
            "The follow-up has parts, or is for several, and it is not said which is done.",
            "Say the part or the person (`item`).",
        ),
        ("unknown-item", "The follow-up has no such part or recipient.", "Say one of its own."),
        ("already-done", "This part is done already.", "Nothing: it is on record."),
        (
            "not-provided",
            "The protocol gives nobody the right to set this aside, refuse it or extend it.",
            "Do it; or the protocol must say `waive`, `decline` or `extend`.",
        ),
        (
            "paused",
            "The clock of the follow-up stands, so there is no due time to put off.",
            "Wait until the clock goes on.",
        ),
    ),
    _group(
        "What goes with an act",
        (
            "missing-fact",
            "A fact, a person or a date must be said with the act, and was not.",
            "Say it with the act.",
        ),
        (
            "missing-reason",
            "A reason must be given with this.",
            "Give a code or a reference, never a text about a child.",
        ),
        (
            "missing-evidence",
            "A number or a reference must be given as proof.",
            "Give it as evidence.",
        ),
        (
            "missing-day",
            "It is not said on which days the calendar is closed.",
            "Say the days.",
        ),
        (
            "wrong-value",
            "The value is none that this can have.",
            "Say a value of the kind that is named.",
        ),
        (
            "free-text",
            "Words stand where a code or a reference belongs.",
            "Keep the words in your own file and give its number here.",
        ),
        (
            "in-the-future",
            "It is dated later than now.",
            "Record it once it has happened.",
        ),
        (
            "too-early",
            "It is dated before the case came there, or before this was owed or offered.",
            "Correct the date.",
        ),
    ),
    _group(
        "Names that are not there",
        ("unknown-trigger", "The protocol has no such act.", "Look for a slip in the name."),
        (
            "unknown-fact",
            "The protocol has no such fact, or this act does not record it.",
            "Look for a slip in the name; or record the fact on its own.",
        ),
        ("unknown-role", "There is no such role to be held here.", "Look for a slip in the name."),
        (
            "unknown-follow-up",
            "The protocol has no such follow-up.",
            "Look for a slip in the name.",
        ),
        (
            "unknown-meeting",
            "The protocol or the case has no such meeting.",
            "Look for a slip in the name; `case show` has the meetings that are set.",
        ),
        (
            "unknown-exception",
            "The act or the meeting has no such exception.",
            "Look for a slip in the name.",
        ),
        (
            "unknown-calendar",
            "The protocol has no such calendar.",
            "Look for a slip in the name.",
        ),
        ("unknown-entry", "The case has no such entry.", "See the numbers with `case log`."),
        (
            "other-scope",
            "This belongs to the programme and not to one case, or the other way round.",
            "Do it in the case that is named.",
        ),
    ),
    _group(
        "Putting right",
        (
            "not-recorded",
            "The fact is not known, so there is nothing to correct.",
            "Record it.",
        ),
        ("same-value", "The corrected value is what stands there already.", "Nothing."),
        (
            "not-voidable",
            "An entry of this kind cannot be taken out of the record.",
            "The message says what to do instead.",
        ),
        ("already-void", "The entry was taken out already.", "Nothing."),
        (
            "not-the-same",
            "The entry that this one is said to repeat tells something else.",
            "Give the number of the entry that tells the same.",
        ),
        (
            "built-on",
            "Later entries follow from this one.",
            "Put those right first, beginning with the last.",
        ),
        (
            "before-migration",
            "It was told before the case went on under another text of its protocol.",
            "Enter now what is right, with the time from when on it is so.",
        ),
        (
            "does-not-fit",
            "The case holds something that the new text has no place for, or would be closed.",
            "The message says what: change that in the case, or in the plan.",
        ),
    ),
    _group(
        "Who may see a fact",
        (
            "not-shared",
            "The protocol does not share this fact with this role.",
            "Ask somebody who may see it.",
        ),
        (
            "missing-consent",
            "The fact is shared with this role only with consent.",
            "Give the reference of the consent.",
        ),
        (
            "wrong-purpose",
            "The fact is shared with this role for other purposes only.",
            "Say for what it is read, if it is one of those.",
        ),
    ),
    _group(
        "Cases and hand-overs",
        ("case-closed", "The case is closed and takes no more acts.", "Open a new case."),
        (
            "not-adopted",
            "Nobody has adopted the protocol, so its programme has no case yet.",
            "Adopt it first: `protocolkit case adopt`.",
        ),
        (
            "not-offered",
            "The hand-over is not on offer now.",
            "See with `case show` what is on offer.",
        ),
    ),
)
"""Every reason against an act, by subject."""

REFUSALS = {one.name: one for group in GROUPS for one in group.reasons}
"""Every reason against an act, by its name."""

STATUSES = {
    name: Status(name=name, says=says)
    for name, says in (
        ("not_opened", "It was never owed in this case."),
        ("open", "It is owed, and not late."),
        ("overdue", "It is owed, and its limit has passed."),
        ("met", "It was done in time by whoever owed it."),
        ("met-late", "It was done by whoever owed it, after its limit."),
        (
            "satisfied-by",
            "It was done, in time or not, by somebody who did not owe it: the log says `met by "
            "another`. A condition that asks for `met` counts it.",
        ),
        ("declined", "Whoever has the right to refuse it did so; it is not a failure."),
        ("waived", "Whoever has the right set it aside."),
        (
            "cancelled",
            "It is not owed any more, though nobody did it: the state was left, what it hangs on "
            "ended, was called off or put right, or the case was closed.",
        ),
    )
}
"""Every way a follow-up can stand, by its name."""


def entry(term: str) -> str:
    """What a reason or a status means, as text; empty when it is neither."""
    wanted = "-".join(term.lower().replace("_", " ").replace("-", " ").split())
    parts = [
        f"# {one.name}, a reason why an act is refused\n\n{one.says}\nWhat to do: {one.helps}"
        for one in REFUSALS.values()
        if one.name == wanted
    ]
    parts += [
        f"# {one.name}, a status of a follow-up\n\n{one.says}"
        for one in STATUSES.values()
        if one.name.replace("_", "-") == wanted
    ]
    return "\n\n".join(parts)


def words() -> tuple[str, ...]:
    """Every word that has an entry."""
    return (*REFUSALS, *STATUSES)


_HEAD = """\
# Why an act is refused, and how a follow-up stands

A case says no with every reason at once, and nothing changes. Each reason has a name: it stands
first in what `protocolkit case` and `protocolkit walk` print, under `name` in their JSON, and in
the `because` of a scenario. `protocolkit explain wrong-role` tells the same as this page, which is
made from the table beside the code by `python tools/generate.py`; do not edit it.
"""


def page() -> str:
    """The page of the documentation, in Markdown."""
    lines = [_HEAD]
    for group in GROUPS:
        rows = ((f"`{one.name}`", one.says, one.helps) for one in group.reasons)
        lines += [f"## {group.title}", "", *_table(("Reason", "What is wrong", "What to do"), rows)]
        lines += [""]
    rows_of = ((f"`{one.name}`", one.says) for one in STATUSES.values())
    lines += [
        "## How a follow-up stands",
        "",
        "The words of `status` in a scenario, in `case show` and in JSON. Conditions know fewer "
        "words: [conditions](conditions.md).",
        "",
        *_table(("Status", "What it means"), rows_of),
        "",
    ]
    return "\n".join(lines)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, ("---",) * len(head), *rows):
        yield "| " + " | ".join(row) + " |"
