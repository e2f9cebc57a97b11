"""The same story gives the same bytes wherever it is told.

Neither the order in which Python keeps sets, nor the zone and the language of the machine, nor
the way in which Python was started has a say.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.scenarios.reading import read_file
from protocolkit.scenarios.running import Rehearsal
from protocolkit.semantics.answers.form import to_json
from protocolkit.store.forms import canonical
from protocolkit.store.memory import MemoryStore
from tests.properties.test_workers import END, begin, programs, record

ROOT = Path(__file__).parents[2]
FILES = (
    ROOT / "tests" / "golden" / "stories" / "riverside.scenarios.yaml",
    ROOT / "protocols" / "recommended.scenarios.yaml",
)
MACHINES = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {
        "PYTHONHASHSEED": "4711",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONUTF8": "0",
    },
)


def told() -> str:
    """Everything that stories and sweeps write and answer, as one digest."""
    found = hashlib.sha256()
    for file in FILES:
        for story in read_file(file).scenarios:
            rehearsal = Rehearsal(story)
            rehearsal.outcome()
            engine = rehearsal.engine
            for head in engine.store.heads():
                answers = [engine.case(head.case), *engine.pending(head.case)]
                answers += [*engine.todo(head.case), *engine.undecided(head.case)]
                answers += [engine.left(head.case), *engine.store.notices(head.case)]
                lines = [canonical(to_json(answer)) for answer in answers]
                lines += [canonical(event.to_json()) for event in engine.history(head.case)]
                found.update("\n".join(lines).encode())
    store = MemoryStore()
    begin(store)
    Engine(programs(), store, VirtualClock(END)).advance()
    found.update(repr(record(store)["events"]).encode())
    return found.hexdigest()


def test_a_story_gives_the_same_bytes_on_every_machine() -> None:
    """Two processes that could hardly differ more, and this one."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            env={**os.environ, **machine},
            stdout=subprocess.PIPE,
            text=True,
        )
        for machine in MACHINES
    ]
    assert [told()] * len(MACHINES) == [one.communicate()[0].strip() for one in running]


if __name__ == "__main__":
    sys.stdout.write(told())
