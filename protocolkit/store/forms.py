"""What every backend writes the same way: instants, JSON text, and what a commit must be.

Two stores that share these forms give back the same values and refuse the same commits.
Imports events and the interface; knows no backend.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from protocolkit.ground.errors import Conflict, StoreError
from protocolkit.semantics.events import Event
from protocolkit.store.base import Answer, Commit

LONGEST_KEY = 2000
"""How many bytes a key may have: PostgreSQL takes some 2,700 into an index."""

LONGEST_ID = 1000
"""How many the id of a case may have: it begins other ids and keys, which must be found too."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """An instant as whole microseconds since 1970 in UTC.

    An integer, because `due` needs an index: it is exact, sorts as time does, and is the same
    in every database. The text in events does not sort, as it leaves out a zero fraction.
    """
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(count: int) -> datetime:
    """The instant that `microseconds` counted."""
    return _EPOCH + count * _MICROSECOND


def _mapping(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


_CANONICAL = json.JSONEncoder(
    allow_nan=False,
    default=_mapping,
    ensure_ascii=False,
    separators=(",", ":"),
    sort_keys=True,
)


def canonical(value: Any) -> str:
    """JSON text that is the same for equal values: keys sorted, no blanks, no escapes.

    Raises: StoreError: something in it is not JSON.
    """
    try:
        return _CANONICAL.encode(value)
    except (TypeError, ValueError) as fault:
        raise StoreError(
            f"Nothing was written: a value is of a kind that the record cannot hold ({fault}). "
            "Use text, whole numbers, yes or no, lists and maps."
        ) from fault


def event_of(case: str, sequence: int, text: str) -> Event:
    """An entry of a case that was written as `canonical(event.to_json())`.

    Raises: StoreError: the text is damaged, or a later release wrote it.
    """
    try:
        return Event.from_json(json.loads(text))
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise damaged(f"Entry {sequence} of case {case}") from fault


def damaged(what: str) -> StoreError:
    """The error for a row that no release wrote; what it says is about a person, so not shown."""
    return StoreError(
        f"{what} is damaged and cannot be read. Keep the store as it is and bring back a backup."
    )


def require_storable(*texts: str) -> None:
    """Refuse texts that some database cannot hold.

    Raises: StoreError: a NUL, or half of a surrogate pair.
    """
    for text in texts:
        if not is_storable(text):
            raise StoreError(
                "Nothing was written: an id or a text holds a character that no store can keep, "
                "a NUL or half of a character. Write it without that character."
            )


def is_storable(text: str) -> bool:
    """Whether a row could bear such a text: half of a surrogate pair has no bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def bodies_of(commit: Commit) -> list[str]:
    """The events of a commit as JSON text, once the commit is known to be sound.

    Raises: StoreError: the commit contradicts itself or cannot be stored.
    """
    head, first = commit.head, commit.expected_version + 1
    sequences = [event.sequence for event in commit.events]
    about = {head.case, *(event.case for event in commit.events)}
    about.update(notice.case for notice in commit.notices)
    if commit.answer is not None:
        about.add(commit.answer.case)
    if not head.case:
        wrong = "its case has no id"
    elif about != {head.case}:
        wrong = f"it is about several cases, {', '.join(sorted(about))}"
    elif sequences != list(range(first, first + len(sequences))):
        wrong = f"its events are numbered {sequences} where {first} comes next"
    elif head.version != commit.expected_version + len(sequences):
        wrong = f"it leaves {head.version} events where {commit.expected_version} were"
    elif bool(commit.key) != (commit.answer is not None):
        wrong = "a key and an answer come together or not at all"
    else:
        bodies = [canonical(event.to_json()) for event in commit.events]
        require_storable(head.case, head.protocol, head.digest, commit.key, commit.request_digest)
        require_storable(*bodies)
        if commit.expected_version == 0:  # a case that is there goes on whatever its id
            _require_short("id of the case", head.case, LONGEST_ID)
        _require_short("key", commit.key, LONGEST_KEY)
        for notice in commit.notices:
            require_storable(notice.id, notice.role, notice.person, notice.about)
        return bodies
    raise StoreError(f"Nothing was written: the commit contradicts itself, {wrong}.")


def _require_short(what: str, text: str, longest: int) -> None:
    if len(text.encode()) > longest:
        raise StoreError(
            f"Nothing was written: the {what} is longer than {longest} bytes, which not every "
            "store can find again. Take a shorter one."
        )


def refused_text(answer: Answer) -> str:
    """The reasons of an answer as JSON text.

    Raises: StoreError: something in them cannot be stored.
    """
    text = canonical(answer.refused)
    require_storable(text)
    return text


def answer_of(case: str, sequence: int, refused: str) -> Answer:
    """The answer whose reasons were written by `refused_text`.

    Raises: StoreError: the text is damaged.
    """
    try:
        return Answer(case=case, sequence=sequence, refused=tuple(json.loads(refused)))
    except (TypeError, ValueError) as fault:
        raise damaged(f"An answer about case {case}") from fault


def moved_on(commit: Commit, version: int) -> Conflict:
    """The error for a case that is not where the writer read it."""
    return Conflict(
        f"Case {commit.head.case} has {version} entries, not {commit.expected_version}: somebody "
        "else wrote to it first. Nothing was written. Read the case again and decide anew."
    )


def key_taken(commit: Commit, digest: str) -> Conflict:
    """The error for a key that already has an answer."""
    if digest == commit.request_digest:
        return Conflict(
            f"The request with the key {commit.key} was already done. Nothing was written again. "
            "Ask for its answer."
        )
    return Conflict(
        f"The key {commit.key} belongs to another request. Nothing was written. "
        "Take a new key for a new request."
    )


def notice_taken(id: str) -> StoreError:
    """The error for a notice that would be written twice."""
    return StoreError(f"Nothing was written: there already is a notice with the id {id}.")
