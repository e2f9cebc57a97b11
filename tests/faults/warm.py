"""A process that has imported everything and runs what the tests tell it, each in a child.

So a test may change the driver, the disk or the limits of its process, and no test pays for
imports. `Warm` is the tests' end of it; run as a program it is the other end: a line of JSON
in, `{"run": "module:function", "with": {...}}`, a line of JSON out.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Warm:
    """The tests' end."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.warm"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, work: Callable[..., Any], **values: Any) -> Any:
        """What a function gives when it runs alone in a process of its own."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"run": f"{work.__module__}:{work.__qualname__}", "with": values}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "fault" not in answer, answer["fault"]
        return answer["gave"]

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=60)


def _obey(order: dict[str, Any], out: int) -> None:
    """Do what was told in this process, say what it gave, and end."""
    answer: dict[str, Any] = {}
    try:
        module, function = order["run"].split(":")
        work: Any = importlib.import_module(module)
        for name in function.split("."):
            work = getattr(work, name)
        answer = {"gave": work(**order["with"])}
    finally:
        with os.fdopen(out, "w") as mouth:
            mouth.write(json.dumps(answer or {"fault": traceback.format_exc()}) + "\n")
        os._exit(0)


def _main() -> None:
    importlib.import_module("tests.faults.county")
    for line in sys.stdin:
        out = os.dup(1)
        child = os.fork()
        if not child:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            _obey(json.loads(line), out)
        os.close(out)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status:
            sys.stdout.write(json.dumps({"fault": f"it ended with {status}"}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    _main()
