"""Answers of a proof: one question each, with its verdict, what it rests on, and a story.

Imports ground and stories.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from protocolkit.ground.findings import Path
from protocolkit.ground.record import Record
from protocolkit.proofs.stories import Story

Verdict: TypeAlias = Literal["proved", "violated", "vacuous", "not proved"]

IN_WORDS = {
    "proved": "holds",
    "violated": "can be broken",
    "vacuous": "no case could test it",
    "not proved": "could not decide",
}
"""What people are told a verdict is."""


class Result(Record):
    """One question and its answer.

    `question` is the kebab-case name of the kind of question, `about` the id of what it is asked
    of ("" for the protocol as a whole), `path` its place. `why` says in a sentence what is wrong or
    what kept the search from deciding; `covered` how much was gone through.
    """

    question: str
    title: str
    verdict: Verdict
    code: str = ""
    about: str = ""
    why: str = ""
    covered: str = ""
    assumptions: tuple[str, ...] = ()
    story: Story | None = None
    path: Path = ()
    source: str = ""

    def to_json(self) -> dict[str, Any]:
        """The answer as JSON values, but for its span, which needs the file."""
        return {
            "question": self.question,
            "about": self.about,
            "code": self.code,
            "title": self.title,
            "verdict": self.verdict,
            "why": self.why,
            "covered": self.covered,
            "assumptions": list(self.assumptions),
            "story": self.story.to_json() if self.story else None,
            "path": list(self.path),
            "source": self.source,
        }


class Proof(Record):
    """All answers about one protocol."""

    protocol: str
    results: tuple[Result, ...] = ()

    @property
    def violated(self) -> tuple[Result, ...]:
        """What can go wrong."""
        return tuple(one for one in self.results if one.verdict == "violated")

    @property
    def undecided(self) -> tuple[Result, ...]:
        """What could not be decided."""
        return tuple(one for one in self.results if one.verdict == "not proved")
