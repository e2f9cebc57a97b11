"""Small protocols that are hard to judge by a part of them: what all their cases come to.

`hard/expected.json` was found by going through every situation of the whole protocol, with nothing
cut out and nothing taken for granted. Each file here was once judged wrongly, or nearly.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from protocolkit.language.reading import read_text
from protocolkit.proofs.questions import ALWAYS, Asker
from protocolkit.proofs.results import Result

HARD = Path(__file__).parent / "hard"
EXPECTED: dict[str, dict[str, str]] = json.loads((HARD / "expected.json").read_text())


def said(result: Result) -> str:
    """What an answer is about, in the words of the file of answers."""
    prefix = {"PK202": "state:", "PK601": "f:"}.get(result.code, "")
    about = prefix + result.about if result.question == "nothing-dead" else result.about
    return f"{result.question} {about}".strip()


@pytest.mark.parametrize("patience", [1500, 1])
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_answers_are_those_of_the_whole(name: str, patience: int) -> None:
    """No answer is wrong; what was not decided is not wrong, with little patience only."""
    protocol = read_text((HARD / f"{name}.yaml").read_text(), f"{name}.yaml").protocol
    assert protocol is not None
    asker = Asker(protocol, patience=patience)

    found = {said(one): one.verdict for ask in ALWAYS for one in ask(asker)}

    wrong = {
        key: (verdict, found[key])
        for key, verdict in EXPECTED[name].items()
        if key in found
        and {"vacuous": "proved"}.get(found[key], found[key]) != verdict
        and not (found[key] == "not proved" and patience == 1)
    }
    assert {} == wrong
