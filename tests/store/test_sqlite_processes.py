"""One SQLite file that others hold, and processes that are split with it open."""

from __future__ import annotations

import ctypes
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from protocolkit.ground.errors import StoreError
from tests.contract.samples import at, commit
from tests.store.files import opened


class TestProcesses:
    """Several programs at one file."""

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

    def test_an_interruption_right_after_the_beginning(self, file: Path) -> None:
        """Ctrl-C before a transaction is in anybody's hands leaves none that would stay open."""
        with opened(file) as store, opened(file, patience=0.1) as other:
            store._link._begun()  # type: ignore[attr-defined]
            store.commit(commit("c"))
            other.commit(commit("d"))
            assert ["c", "d"] == [head.case for head in store.heads()]

    def test_a_fork_in_the_middle_of_a_claim(self, file: Path) -> None:
        """The claim is lost on both sides, and says so; nothing of it was written."""
        with opened(file) as store:
            store.commit(commit("c", next_at=at(1)))

            def sweep() -> None:
                with store.claim(at(5)) as claim:
                    claim.commit([commit("c", 1)])
                    child = os.fork()
                    if not child:
                        _leave_unless(lambda: store.commit(commit("d")))
                    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                    claim.events()

            with pytest.raises(StoreError, match="split in the middle"):
                sweep()
            assert ["c", "d"] == [head.case for head in store.heads()]
            assert 1 == len(store.events("c"))
            store.commit(commit("c", 1))

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

    # Python warns of such forks, from 3.12 on; it is not for us to forbid them.
    @pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
    def test_forks_while_a_thread_writes(self, file: Path) -> None:
        """What each side was told is written is there, and the file is sound."""
        forks = 12
        over = threading.Event()
        written: list[str] = []

        def write() -> None:
            while not over.is_set():
                case = f"thread-{len(written)}"
                store.commit(commit(case))
                written.append(case)

        with opened(file) as store:
            writer = threading.Thread(target=write)
            writer.start()
            children = []
            for number in range(forks):
                child = os.fork()
                if not child:
                    _leave_unless(partial(store.commit, commit(f"child-{number}")))
                children.append(child)
                time.sleep(0.01)  # so that the writer is in the middle of something else
            codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
            over.set()
            writer.join()
            assert [0] * forks == codes
            there = {head.case for head in store.heads()}
            assert {*written, *(f"child-{number}" for number in range(forks))} == there
            assert [("ok",)] == store._link.read("PRAGMA integrity_check")

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


def _leave_unless(work: Callable[[], object]) -> None:
    """The end of a child process: 0 when the work was done, 1 when it failed."""
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)
