"""`protocolkit demo`: the whole path on the protocols that come with protocolkit.

It only runs public commands and shows each before its answer, so that everything in it can
be done again by hand. It works in its own folder and starts afresh each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import chdir
from pathlib import Path

from protocolkit.bundled import bundled
from protocolkit.cli import main
from protocolkit.cli.exits import CANNOT, NO, YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.cli.template import Template
from protocolkit.ground.record import Record

FOLDER = "protocolkit-demo"
PROTOCOLS = ("site_a.yaml", "site_b.yaml", "recommended.yaml")
FIGURES = (
    ("site_a.yaml", "process", "figure-1-process-a.svg"),
    ("site_b.yaml", "process", "figure-2-process-b.svg"),
    ("site_a.yaml", "network", "network-a.svg"),
    ("site_b.yaml", "network", "network-b.svg"),
)
_STORE = ("cases.db", "cases.db-wal", "cases.db-shm")


class Step(Record):
    """A command, and the exit codes that it may end with."""

    words: tuple[str, ...]
    codes: tuple[int, ...] = (YES,)


class Scene(Record):
    """A few words, and the commands that show what they say."""

    title: str
    steps: tuple[Step, ...]


def run(words: Sequence[str], screen: Screen) -> int:
    """Play every scene."""
    parser = Parser(
        "protocolkit demo",
        "See it all at work: three protocols are checked and drawn, and two cases are run.\n"
        f"Everything is written into the folder {FOLDER}, which is made here.",
    )
    if parser.read(words, screen) is None:
        return YES
    folder = Path(FOLDER)
    _prepare(folder)
    screen.say(f"Everything happens in the folder {FOLDER}. `$` is a command that you can type.")
    no_figures = False
    with chdir(folder):
        for number, scene in enumerate(_scenes(), 1):
            screen.say(f"\n== {number}. {scene.title}")
            for step in scene.steps:
                screen.say(f"\n$ protocolkit {_typed(step.words)}")
                code = main(step.words)
                if code not in step.codes:
                    raise RuntimeError(f"the demo's `{step.words[0]}` ended with {code}")
                no_figures = no_figures or code == CANNOT
    for line in _farewell(no_figures):
        screen.say(line)
    return YES


def _prepare(folder: Path) -> None:
    """The folder with the protocols in it, and without what an earlier demo left.

    Only files that a demo makes are touched. Raises: OSError: it cannot be written.
    """
    folder.mkdir(exist_ok=True)
    figures = [file for _, _, file in FIGURES]
    dots = [str(Path(file).with_suffix(".dot")) for file in figures]
    for name in (*_STORE, *figures, *dots):
        (folder / name).unlink(missing_ok=True)
    for name in PROTOCOLS:
        text = bundled("protocols", name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    slip = Template((folder / "site_a.yaml").read_text(encoding="utf-8"))
    slip.put("team_engagd", "triggers", "engage_team", "moves", 0, "to")
    (folder / "slip.yaml").write_text(slip.text, encoding="utf-8", newline="\n")


def _scenes() -> Iterator[Scene]:
    yield Scene(
        title="Three protocols from a published study are checked, and one with a slip in it",
        steps=(
            Step(words=("check", *PROTOCOLS)),
            Step(words=("check", "slip.yaml"), codes=(NO,)),
        ),
    )
    yield Scene(
        title="The figures: what happens next, and who is connected to whom",
        steps=tuple(
            Step(words=("draw", protocol, "-o", file, "--view", view), codes=(YES, CANNOT))
            for protocol, view, file in FIGURES
        ),
    )
    yield Scene(
        title="Site A, late in the evening: the supervisor is not there",
        steps=(
            _as("t-1", "truancy_officer", "03-04 22:34", "open", "site_a.yaml", "--id", "night-1"),
            _as(
                "t-1",
                "truancy_officer",
                "03-04 22:40",
                *("do", "night-1", "report_to_supervisor"),
                *("--fact", "certainty=suspected", "--fact", "supervisor_reachable=false"),
            ),
            _as(
                "t-1",
                "truancy_officer",
                "03-04 22:45",
                *("do", "night-1", "engage_team", "--protocol", "site_a.yaml"),
                codes=(NO,),
            ),
            _as("i-1", "investigator", "03-04 23:15", "do", "night-1", "engage_team"),
        ),
    )
    yield Scene(
        title="The recommended protocol: the supervisor forgets, the next level follows",
        steps=(
            _as("u-17", "djo", "03-04 09:00", "open", "recommended.yaml", "--id", "day-1"),
            _as(
                "u-17",
                "djo",
                "03-04 09:10",
                *("do", "day-1", "report_to_supervisor"),
                *("--fact", "certainty=confirmed", "--fact", "supervisor_reachable=true"),
            ),
            _at("03-04 09:15", "pending", "day-1"),
            _at("03-05 09:11", "show", "day-1"),
            _as("s-2", "deputy_supervisor", "03-05 09:30", "do", "day-1", "engage_team"),
            _as("c-3", "caseworker", "03-05 11:00", "do", "day-1", "take_over_case"),
            _as("u-17", "djo", "03-05 14:00", "complete", "day-1", "brief_caseworker"),
        ),
    )
    yield Scene(
        title="The team meets and agrees on a plan, the case is closed",
        steps=(
            _as(
                "s-1",
                "supervisor",
                "03-05 15:00",
                *("meet", "day-1", "set", "team_meeting", "--id", "m-1"),
                *("--for", "2025-03-10 10:00"),
            ),
            _as("u-17", "djo", "03-07 10:00", "complete", "day-1", "hear_the_minor"),
            _as(
                "u-17",
                "djo",
                "03-10 11:00",
                *("meet", "day-1", "hold", "m-1", "--attended", "djo=u-17"),
                *("--attended", "minor=y-1", "--attended", "caseworker=c-3"),
                *("--attended", "supervisor=s-1", "--attended", "service_provider=p-2"),
            ),
            _as("y-1", "minor", "03-10 11:10", "do", "day-1", "agree_plan"),
            _as("s-1", "supervisor", "03-10 16:00", "do", "day-1", "close_case", codes=(NO,)),
            _as("i-1", "investigator", "03-11 16:00", "complete", "day-1", "tell_the_reporter"),
            _as("s-1", "supervisor", "03-18 16:00", "do", "day-1", "close_case"),
            _at("03-18 16:00", "log", "day-1"),
        ),
    )


def _at(time: str, *words: str) -> Step:
    """A command on cases at a time of the year 2025."""
    return Step(words=("case", *words, "--clock", f"2025-{time}"))


def _as(person: str, role: str, time: str, *words: str, codes: tuple[int, ...] = (YES,)) -> Step:
    """A command of a person in a role. Its key is made of all that, so that it is the same
    each time the demo is played."""
    key = f"{words[1]}-{time[-5:].replace(':', '')}"
    more = ("--as", person, "--role", role, "--clock", f"2025-{time}", "--key", key)
    return Step(words=("case", *words, *more), codes=codes)


def _typed(words: Sequence[str]) -> str:
    """Words as one types them, in quotes that every shell knows."""
    return " ".join(f'"{word}"' if " " in word else word for word in words)


def _farewell(no_figures: bool) -> Iterator[str]:
    yield "\n== What you saw"
    yield "A protocol as one file that people can read: checked, drawn, and its cases run. Nobody"
    yield "acted without the right to; what was late was noticed; the record says who, when, why."
    if no_figures:
        yield "The figures are .dot files for now: the message above says how to get pictures."
    else:
        yield f"The figures are in {FOLDER}: open figure-1-process-a.svg in a browser."
    yield "\n== What to try next"
    yield f"  cd {FOLDER}"
    yield "  protocolkit explain PK101"
    yield "  protocolkit case why night-1 agree_plan --as u-17 --role djo"
    yield "  protocolkit new my-county"
