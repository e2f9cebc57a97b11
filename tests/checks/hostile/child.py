"""Tries hostile inputs in a process of its own, which may not grow, and tells what came of each.

Run as `python -m tests.checks.hostile.child FOLDER FORMAT START STOP STEP`, or with `paths` and
names of files: one line of JSON for each input, begun before it is tried, so that whoever reads
knows at which one it died.
"""

from __future__ import annotations

import io
import json
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from unicodedata import category

from protocolkit.cli import main
from tests.checks.hostile import beside, signs, sizes, spoilt, tricks
from tests.checks.hostile.inputs import Family, Input

FAMILIES: tuple[Family, ...] = (
    *signs.FAMILIES,
    *tricks.FAMILIES,
    *sizes.FAMILIES,
    *spoilt.FAMILIES,
    *beside.FAMILIES,
)
PATIENCE = 10.0
"""Seconds of work after which an input is given up."""
MOST = 1 << 30
"""Bytes of address space that the process may have, code and all: far above what it may use."""
STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Kinds of signs that could change how a terminal shows what follows."""
LONGEST = 100_000
"""Letters of an answer that somebody might still look through."""


class TooLong(BaseException):
    """No answer in time, and where it was; no `Exception`, which `main` would take for a fault."""


def _give_up(_: int, frame: FrameType | None) -> NoReturn:
    raise TooLong(f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "")


def inputs() -> Iterator[tuple[Family, Input]]:
    """Every input with its family."""
    for family in FAMILIES:
        for one in family.inputs():
            yield family, one


def peak() -> int:
    """The most memory, in bytes, since `forget`; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    found = status.read_text().partition("VmHWM:")[2].split()
    return int(found[0]) * 1024


def forget() -> None:
    """Let the peak begin anew."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5")


def tried(form: str, *words: str) -> dict[str, Any]:
    """What `check` says of a file, how long it took and how much memory."""
    out, err = io.StringIO(), io.StringIO()
    forget()
    code: int | str
    began = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = main(["check", *words, "--format", form])
    except TooLong as error:
        code = f"given up: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    seconds = time.process_time() - began
    return {
        "exit": code,
        "seconds": seconds,
        "peak": peak(),
        "out": out.getvalue(),
        "err": err.getvalue(),
    }


def wrong_places(out: str) -> list[str]:
    """The findings without a place inside the file that they name."""
    bad = []
    for finding in json.loads(out)["findings"]:
        file, span = finding["file"], finding["span"]
        if not file or not span:
            bad.append(f"{finding['code']} {finding['message']}: nowhere")
            continue
        lines = Path(file).read_bytes().decode("utf-8", "replace").split("\n")
        for end in ("start", "end"):
            line, column = span[end]["line"], span[end]["column"]
            if not (1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 2):
                bad.append(f"{finding['code']} {finding['message']}: {end} {line}:{column}")
    return bad


def judged(family: Family, one: Input, folder: Path, form: str) -> dict[str, Any]:
    """One input tried; `wrong` says what should not be."""
    good = str(folder / "good.yaml")
    if family.of == "protocol":
        path = folder / "hostile.yaml"
        words = [str(path)]
    elif family.of == "roster":
        path = folder / "roster.yaml"
        words = [good, "--roster", str(path)]
    else:
        path = folder / "folder" / "protocolkit.toml"
        words = [str(folder / "folder" / "good.yaml")]
    path.write_bytes(one.data)
    result = tried(form, *words)
    out, err = result.pop("out"), result.pop("err")
    wrong = list(_wrong_answer(family, path, result, out, err, form))
    return {**result, "wrong": wrong}


def _wrong_answer(
    family: Family, path: Path, result: dict[str, Any], out: str, err: str, form: str
) -> Iterator[str]:
    no = 1 if family.of == "protocol" else 2
    if result["exit"] not in ((no,) if family.refused else (0, 1, no)):
        yield f"exit {result['exit']}: {err[:200]}"
    if result["exit"] == 2:
        told = re.compile(rf".*{re.escape(path.name)}:[0-9]+:[0-9]+: .|There may be more")
        yield from (f"no place: {line}" for line in err.splitlines() if not told.match(line))
    elif err and not (family.of == "config" and err.startswith("profile ")):
        yield f"told on stderr: {err[:300]}"
    elif not out and (result["exit"] or form == "json"):
        yield "no answer"
    elif form == "json":
        yield from wrong_places(out)
    if form != "json" and any(category(sign) in STEERING and sign != "\n" for sign in out + err):
        yield "signs that could steer a terminal"
    if len(out + err) > LONGEST:
        yield f"an answer of {len(out + err)} letters"


def _tell(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def run(folder: Path, form: str, share: range) -> None:
    """Try some of the inputs, by their numbers."""
    for number, (family, one) in enumerate(inputs()):
        if number in share:
            head = {"number": number, "family": family.name, "name": one.name}
            _tell(head)
            _tell({**head, **judged(family, one, folder, form)})


if __name__ == "__main__":
    signal.signal(signal.SIGPROF, _give_up)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
    if sys.argv[2] == "paths":
        for name in sys.argv[3:]:
            _tell({"name": name})
            _tell({"name": name, **tried("concise", name)})
    else:
        run(Path(sys.argv[1]), sys.argv[2], range(*map(int, sys.argv[3:])))
