"""Several processes on one SQLite file: racing, killed, split."""

from __future__ import annotations

import ctypes
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Self

import pytest

from protocolkit.ground.errors import StoreError
from tests.contract.samples import at, commit
from tests.store.files import opened

ROOT = Path(__file__).parents[2]


class Writer:
    """A process that writes what it is told to (see `writer.py`); killed at the end."""

    def __init__(self, file: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-m", "tests.store.writer", str(file)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def tell(self, case: str, expected: int, count: int) -> None:
        """Have it write some entries to a case."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{case} {expected} {count}\n")
        self._process.stdin.flush()

    def heard(self) -> str:
        """Its next answer."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def finish(self) -> list[str]:
        """Its further answers, once it has nothing more to do."""
        out, _ = self._process.communicate(timeout=60)
        assert 0 == self._process.returncode
        return out.splitlines()

    def kill(self) -> list[str]:
        """End it in the middle of what it does, and hear what it had answered."""
        self._process.kill()
        if self._process.stdout and self._process.stdout.closed:
            return []
        out, _ = self._process.communicate(timeout=60)
        return out.splitlines()


class TestProcesses:
    """Several processes, and the end of one."""

    def test_a_file_that_is_held(self, file: Path) -> None:
        """A writer waits for the other one as long as its patience lasts; readers need not."""
        with opened(file, patience=0.1) as store:
            store.commit(commit("c"))
            with closing(sqlite3.connect(file, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                assert 1 == len(store.events("c"))
                with pytest.raises(StoreError, match="kept busy by another program"):
                    store.commit(commit("c", 1))
            store.commit(commit("c", 1))
            assert 2 == len(store.events("c"))

    def test_a_file_that_comes_free(self, file: Path) -> None:
        """A writer who is patient gets in once the other one has finished."""
        with (
            opened(file) as store,
            closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other,
        ):
            other.execute("BEGIN IMMEDIATE")
            # Longer than SQLite itself waits.
            release = threading.Timer(0.6, other.execute, ["COMMIT"])
            release.start()
            store.commit(commit("c"))
            release.join()
            assert 1 == len(store.events("c"))

    def test_two_processes_at_the_same_entry(self, file: Path) -> None:
        """Of two writers to entry n one has a conflict, reads again, and nothing is lost."""
        with Writer(file) as first, Writer(file) as second:
            for number in range(1, 21, 2):
                first.tell("c", number - 1, 1)
                second.tell("c", number - 1, 1)
                answers = [first.heard(), second.heard()]
                loser = first if answers[0].startswith("conflict") else second
                answers.append(loser.heard())
                assert {
                    f"conflict {number}",
                    f"written {number}",
                    f"written {number + 1}",
                } == set(answers)
        _require_whole(file, "c", 20)

    def test_two_processes_run_for_the_same_case(self, file: Path) -> None:
        """Without any order between them, each gets its entries in and none is doubled."""
        with Writer(file) as first, Writer(file) as second:
            first.tell("c", 0, 60)
            second.tell("c", 0, 60)
            answers = first.finish() + second.finish()
        written = [int(answer.split()[1]) for answer in answers if answer.startswith("written")]
        assert list(range(1, 121)) == sorted(written)
        _require_whole(file, "c", 120)

    def test_four_processes_with_a_case_each(self, file: Path) -> None:
        """Those who work on different cases get in each other's way only for a moment."""
        with ExitStack() as stack:
            writers = {case: stack.enter_context(Writer(file)) for case in ("a", "b", "c", "d")}
            for case, writer in writers.items():
                writer.tell(case, 0, 40)
            for writer in writers.values():
                assert [f"written {number}" for number in range(1, 41)] == writer.finish()
        for case in writers:
            _require_whole(file, case, 40)

    def test_killed_without_warning(self, file: Path) -> None:
        """After each of 20 kills every commit that was acknowledged is there, and whole."""
        dice = random.Random(20)
        version = 0
        for _ in range(20):
            with Writer(file) as writer:
                writer.tell("c", version, 1_000_000)
                answers = [writer.heard() for _ in range(dice.randrange(1, 12))]
                time.sleep(dice.uniform(0, 0.003))
                answers += writer.kill()
            acknowledged = int(answers[-1].removeprefix("written "))
            assert acknowledged > version
            with opened(file) as store:
                head = store.head("c")
            assert head is not None
            # One more may have been written whose acknowledgement was cut off.
            assert head.version in (acknowledged, acknowledged + 1)
            version = head.version
            _require_whole(file, "c", version)

    def test_a_fork(self, file: Path) -> None:
        """A store that was open before a fork works on both sides of it."""
        with opened(file) as store:
            store.commit(commit("c"))
            child = os.fork()
            if not child:
                _leave_unless(lambda: store.commit(commit("c", 1)))
            assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            store.commit(commit("c", 2))
            assert [1, 2, 3] == [found.sequence for found in store.events("c")]

    def test_a_fork_that_nobody_announced(self, file: Path) -> None:
        """Where C code splits the process, the connection is refused, not used by two."""

        def use() -> None:
            with pytest.raises(StoreError, match="Open it again in the new process"):
                store.head("c")
            store.close()

        with opened(file) as store:
            store.commit(commit("c"))
            child = ctypes.PyDLL(None).fork()
            if not child:
                _leave_unless(use)
            assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            store.commit(commit("c", 1))

    def test_a_fork_after_the_file_is_gone(self, file: Path) -> None:
        """Opening again never makes an empty file in the place of the one that was there."""
        with opened(file) as store:
            store.commit(commit("c"))
            file.unlink()
            child = os.fork()
            if not child:
                _leave_unless(lambda: None)
            os.waitpid(child, 0)
            with pytest.raises(StoreError, match="moved, deleted or replaced"):
                store.head("c")
            assert not file.exists()


def _require_whole(file: Path, case: str, version: int) -> None:
    """A case has entries 1 to `version`, each with its answer and notice, and a sound head."""
    numbers = list(range(1, version + 1))
    with opened(file) as store:
        head = store.head(case)
        assert head is not None
        assert (version, at(version)) == (head.version, head.next_at)
        assert numbers == [found.sequence for found in store.events(case)]
        assert [f"{case}/{number}" for number in numbers] == [n.id for n in store.notices(case)]
        answers = [store.answered(f"{case}/{number}") for number in numbers]
        assert numbers == [answer[1].sequence for answer in answers if answer]
        assert "ok" == store._link.read("PRAGMA integrity_check")[0][0]


def _leave_unless(work: Callable[[], object]) -> None:
    """The end of a child process: 0 when the work was done, 1 when it failed."""
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)
