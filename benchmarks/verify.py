"""What `verify` costs: all questions about a bundled protocol, one question about a large one.

`python -m benchmarks` prints it with the rest. How the cost grows is the subject of `growth`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import process_time
from typing import NamedTuple

from benchmarks.ratios import start_of_python, worked
from protocolkit.language.reading import read_file
from protocolkit.model.protocol import Protocol
from protocolkit.proofs import IN_WORDS, Budget, Result
from protocolkit.proofs.promises import promises
from protocolkit.proofs.questions import ALWAYS, Asker

PROTOCOLS = Path(__file__).parent.parent / "protocols"
MOST_TIMES = 100
"""All questions about a bundled protocol should take less, in starts of Python."""

MOST_SECONDS = 10
"""One question about one of the examples should take less."""

SECONDS = 240.0
"""Four times as long as usual: others may be using the machine."""

ROUNDS = 3


class Answered(NamedTuple):
    """One answer, and the seconds of work on it after the one before."""

    seconds: float
    result: Result

    @property
    def question(self) -> str:
        """Its name, and what it is about."""
        about = f" ({self.result.about})" if self.result.about else ""
        return f"{self.result.question}{about}"


def figures() -> Iterator[str]:
    """The lines, as they are found. All times are those of the processor."""
    for path in files(PROTOCOLS):
        every = median(
            worked("-m", "protocolkit", "verify", str(path)) / start_of_python()
            for _ in range(ROUNDS)
        )
        questions = median(
            sum(one.seconds for one in answered(read(path))) / start_of_python()
            for _ in range(ROUNDS)
        )
        yield (
            f"protocolkit verify {path.name}: {every:.0f} x python -c pass "
            f"(target: {MOST_TIMES} x); its questions in a running process: {questions:.0f} x"
        )
    for path in files(PROTOCOLS / "examples"):
        answers = answered(read(path))
        slowest = max(answers, key=lambda one: one.seconds)
        slow = sum(one.seconds > MOST_SECONDS for one in answers)
        undecided = sum(one.result.verdict == "not proved" for one in answers)
        yield (
            f"verify {path.name}, slowest question: {slowest.question}, "
            f"{IN_WORDS[slowest.result.verdict]} after {slowest.seconds / start_of_python():.0f} x "
            f"python -c pass ({slowest.seconds:.1f} s here; target: {MOST_SECONDS} s); "
            f"of {len(answers)} questions {slow} took longer than that, "
            f"{undecided} could not be decided"
        )


def files(folder: Path) -> list[Path]:
    """The protocols in a folder."""
    return sorted(one for one in folder.glob("*.yaml") if ".scenarios." not in one.name)


def read(path: Path) -> Protocol:
    """The protocol in a file."""
    protocol = read_file(path).protocol
    assert protocol is not None, path
    return protocol


def answered(protocol: Protocol) -> list[Answered]:
    """All questions in their order. What several of them need is on the account of the first."""
    asker, before = Asker(protocol, budget=Budget(seconds=SECONDS)), process_time()
    found: list[Answered] = []
    for ask in (*ALWAYS, promises):
        for result in ask(asker):
            now = process_time()
            found.append(Answered(now - before, result))
            before = now
    return found
