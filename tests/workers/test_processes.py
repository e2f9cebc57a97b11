"""Real workers in processes of their own: killed, restarted, stopped; a real receiver."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from protocolkit.ground.clock import SystemClock
from protocolkit.store.base import Store
from protocolkit.store.opening import open_store
from tests.cli.harness import ROOT, environment
from tests.workers.harness import SECRET, SetClock, answer, county, receiver
from tests.workers.test_sweep import ask


@pytest.fixture
def place(address: str, tmp_path: Path) -> str:
    """A store with 40 cases in which the supervisor is to be told by now."""
    engine = county(open_store(address), SetClock(SystemClock().now() - timedelta(hours=2.5)))
    with closing(engine.store):
        ask(engine, *(f"c-{number}" for number in range(40)))
    (tmp_path / "pager.secret").write_text(SECRET)
    return address


def configure(folder: Path, url: str) -> None:
    """The config of the workers."""
    (folder / "worker.toml").write_text(
        f'[[channel]]\nname = "pager"\nkind = "webhook"\nurl = "{url}"\n'
        'secret_file = "pager.secret"\n'
    )


@contextmanager
def worker(address: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker; at the end it is killed, if it did not end before."""
    words = ("work", "--interval", "100ms", "--batch", "5", "--config", "worker.toml")
    process = subprocess.Popen(
        [sys.executable, "-m", "protocolkit", *words],
        cwd=folder,
        env=environment({"PROTOCOLKIT_DB": address, "PYTHONPATH": str(ROOT)}),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def patiently(done: Callable[[], object]) -> None:
    """Until it is so."""
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def outcomes(store: Store) -> list[str]:
    """What became of the notices."""
    return [one.outcome for one in store.deliveries()]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_killed_and_restarted(place: str, tmp_path: Path) -> None:
    """Workers are killed while they deliver, in between of sending and noting it: every notice
    arrives, each under one id, and what comes twice is known by it.
    """
    process: subprocess.Popen[str] | None = None
    answered = 0

    def deadly(handler: BaseHTTPRequestHandler) -> None:
        nonlocal answered
        answered += 1
        if answered in (3, 11) and process is not None:
            process.kill()  # it has been taken, and the worker will never know
            process.wait()
        answer(200)(handler)

    with receiver(deadly) as there, closing(open_store(place)) as store:
        configure(tmp_path, there.url)
        for _ in range(2):
            with worker(place, tmp_path) as process:
                process.wait(60)
            # Nobody waits for the leases of the dead in a test.
            for one in store.deliveries():
                if not one.outcome:
                    store.settle(one.replace(try_at=one.notice.at))
        with worker(place, tmp_path) as last:
            patiently(lambda: outcomes(store) == ["sent"] * 40)
            last.send_signal(signal.SIGTERM)
            assert 0 == last.wait(20)
        assert 40 == len(store.notices()) == len(set(there.ids))
        assert {one.id for one in store.notices()} == set(there.ids)
        assert 2 == len(there.ids) - len(set(there.ids))
        stopped = [one for one in store.workers() if one.stopped_at]
        assert (1, 3) == (len(stopped), len(store.workers()))


@pytest.mark.parametrize("kind", ["postgres"])
def test_two_at_once_and_a_gentle_end(place: str, tmp_path: Path) -> None:
    """Two workers share the work, nothing is sent twice, and both end when they are told to."""
    with receiver() as there, closing(open_store(place)) as store:
        configure(tmp_path, there.url)
        with worker(place, tmp_path) as first, worker(place, tmp_path) as second:
            patiently(lambda: 2 == len(store.workers()))
            patiently(lambda: outcomes(store) == ["sent"] * 40)
            first.send_signal(signal.SIGTERM)
            second.send_signal(signal.SIGINT)
            said = [one.communicate(timeout=20)[1] for one in (first, second)]
            assert [0, 0] == [first.returncode, second.returncode]
        assert 40 == len(there.ids) == len(set(there.ids))
        events = [store.events(head.case) for head in store.heads()]
        assert {4} == {len(story) for story in events}
        assert all(one.stopped_at for one in store.workers())
    for lines in said:
        what = [json.loads(line)["what"] for line in lines.splitlines()]
        assert ("started", "stopped") == (what[0], what[-1])
        assert SECRET not in lines
        assert str(there.port) not in lines
