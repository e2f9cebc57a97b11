"""Whether a notice that was not sent yet is still true, from the record of its case.

It is about a level of a ladder, or about a follow-up that nobody can owe. It is true until what
the ladder watches is over or the ladder begins anew, or that follow-up has ended. Only what people
did later counts: what the level itself led to must not silence it, nor what time did after it,
since nobody has looked at the case by that. Imports events and changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from protocolkit.semantics import changes as ch
from protocolkit.semantics.events import Event
from protocolkit.semantics.migration.names import Names

VACANT = "vacant"


def is_moot(story: Sequence[Event], entry: int, number: int) -> bool:
    """Whether what was told by a change (`number`, from 0) of an entry is not true any more.

    What cannot be told from the record counts as true: one notice too many is better than one
    too few.
    """
    told = _change(story, entry, number)
    if not isinstance(told, ch.Told):
        return False
    before = story[entry - 1].changes[:number]
    later = _later(story, entry)
    level = _level(before, told.about)
    if level is not None:
        return _ladder_is_over(story, level, later)
    return bool(_opened(story, entry, number)) and not vacant(story, entry, number)


def vacant(story: Sequence[Event], entry: int, number: int) -> tuple[str, ...]:
    """The instances that a notice may be about which says that nobody can owe them, but those that
    people have ended since.
    """
    later = _later(story, entry)
    return tuple(one for one in _opened(story, entry, number) if not _has_ended(one, later))


def _opened(story: Sequence[Event], entry: int, number: int) -> tuple[str, ...]:
    told = _change(story, entry, number)
    if not isinstance(told, ch.Told):
        return ()
    follow_up, _, what = told.about.rpartition(".")
    before = story[entry - 1].changes[:number]
    if what != VACANT or _level(before, told.about) is not None:
        return ()
    return tuple(
        change.instance
        for change in before
        if isinstance(change, ch.Opened) and change.follow_up == follow_up
    )


def _later(story: Sequence[Event], entry: int) -> list[ch.Change]:
    """What people did after an entry led to."""
    return [change for event in story[entry:] if event.kind != "time" for change in event.changes]


def _change(story: Sequence[Event], entry: int, number: int) -> ch.Change | None:
    if not 0 < entry <= len(story):
        return None
    changes = story[entry - 1].changes
    return changes[number] if 0 <= number < len(changes) else None


def _level(before: Sequence[ch.Change], about: str) -> ch.LevelReached | None:
    """The level that told it: the last one of this name to be reached before."""
    for change in reversed(before):
        if isinstance(change, ch.LevelReached):
            escalation = change.run.rpartition("/")[0]
            if about == f"{escalation}.{change.id or change.level + 1}":
                return change
    return None


def _ladder_is_over(
    story: Sequence[Event], level: ch.LevelReached, later: Iterable[ch.Change]
) -> bool:
    """Whether what a ladder watches is over, or the level is to come again."""
    watched = {
        change.run: (change.escalation, change.of)
        for event in story
        for change in event.changes
        if isinstance(change, ch.LadderStarted)
    }
    run, reached, over = level.run, level.level, False
    escalation, of = watched.get(run, ("", ""))
    for change in later:
        match change:
            case ch.LadderStopped() if change.run == run:
                over = True
            case ch.LadderStarted() if (change.escalation, change.of) == (escalation, of):
                run, over = change.run, False  # owed after all: what was reached stands
            case ch.LadderDated() if change.run == run and change.level <= reached:
                return True
            case ch.Migrated():
                names = Names(change)
                run = names.numbered("escalations", run)
                escalation = names.of("escalations", escalation)
                of = names.visit(of) if "." in of else names.watched(of, {of: None})
                reached = -1  # its levels may stand elsewhere in the new text
    return over


def _has_ended(instance: str, later: Iterable[ch.Change]) -> bool:
    over = False
    for change in later:
        match change:
            case ch.Ended() | ch.Withdrawn() if change.instance == instance:
                over = True
            case ch.Reopened() if change.instance == instance:
                over = False
            case ch.Migrated():
                instance = Names(change).instance(instance)
    return over
