"""Words that people write before they know this language, and the keys that say what they mean.

A word of this table is no slip of typing: no known key looks like it, or one that does is not
what was meant. Imports ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from protocolkit.ground.nearest import nearest

_WORDS: Mapping[str, Mapping[str, str]] = {
    "protocol": {
        "actions": "triggers",
        "actors": "roles",
        "agencies": "organizations",
        "alerts": "escalations",
        "county": "jurisdiction",
        "deadlines": "follow_ups",
        "duties": "follow_ups",
        "offices": "roles",
        "people": "roles",
        "person": "roles",
        "persons": "roles",
        "phases": "states",
        "reminders": "escalations",
        "stages": "states",
        "statuses": "states",
        "steps": "triggers",
        "tasks": "follow_ups",
    },
    "trigger": {"condition": "needs", "from": "moves", "if": "needs", "to": "moves"},
    "follow_up": {"by": "due", "deadline": "due", "limit": "due", "within": "due"},
    "meeting": {"attendees": "required", "members": "required", "participants": "required"},
    "escalation": {"steps": "levels"},
    "level": {"condition": "if", "notify": "tell", "who": "tell"},
    "fact": {"choices": "values", "options": "values"},
    "state": {"end": "final", "first": "initial", "start": "initial"},
}
_EVERYWHERE: Mapping[str, str] = {
    "actor": "who",
    "actors": "who",
    "comment": "description",
    "label": "title",
    "name": "title",
    "notes": "description",
    "responsible": "who",
}


def in_other_words(kind: str, text: str, keys: Iterable[str]) -> str:
    """The key of a kind that another word for it means; "" when the word is not one of those."""
    word = text.lower()
    key = _WORDS.get(kind, {}).get(word) or _EVERYWHERE.get(word, "")
    return key if key in keys else ""


def meant(kind: str, text: str, keys: Iterable[str]) -> str:
    """The key of a kind that was probably meant: another word for it, or a slip of typing."""
    known = list(keys)
    return in_other_words(kind, text, known) or nearest(text, known)
