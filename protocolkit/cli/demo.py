"""`protocolkit demo`: the whole path on the protocols that come with protocolkit.

It only runs public commands and shows each before its answer, so that everything in it can
be done again by hand. It works in its own folder and starts afresh each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path

from protocolkit.bundled import bundled
from protocolkit.cli import main
from protocolkit.cli.address import VARIABLE
from protocolkit.cli.exits import CANNOT, NO, YES
from protocolkit.cli.files import SCENARIOS
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.cli.template import Template
from protocolkit.ground.record import Record

FOLDER = "protocolkit-demo"
PROTOCOLS = ("site_a.yaml", "site_b.yaml", "recommended.yaml")
FIGURES = (
    ("Site A, what happens next", "site_a.yaml", "process", "figure-1.svg"),
    ("Site B, what happens next", "site_b.yaml", "process", "figure-2.svg"),
    ("Site A, who is connected to whom", "site_a.yaml", "network", "network-a.svg"),
    ("Site B, who is connected to whom", "site_b.yaml", "network", "network-b.svg"),
)
STORIES = "stories"
_KEPT = ("--save-scenarios", STORIES)
_STORE = ("cases.db", "cases.db-wal", "cases.db-shm")


class Step(Record):
    """What happens, the command for it, and the exit codes that it may end with.

    An act has a key; the number of the step makes it, so that it is the same in every demo.
    """

    says: str
    words: tuple[str, ...]
    is_act: bool = False
    codes: tuple[int, ...] = (YES,)


class Scene(Record):
    """A few words, and the commands that show what they say."""

    title: str
    steps: tuple[Step, ...]


def run(words: Sequence[str], screen: Screen) -> int:
    """Play every scene."""
    parser = Parser(
        "protocolkit demo",
        "See it all at work: three protocols are checked and drawn, what can go wrong is told,\n"
        f"and two cases are run. Everything is written into the folder {FOLDER}, which is\n"
        "made here.",
    )
    if parser.read(words, screen) is None:
        return YES
    folder = Path(FOLDER)
    _prepare(folder)
    screen.say(f"Everything happens in the folder {FOLDER}. `$` is a command that you can type.")
    no_figures = False
    acts = 0
    with chdir(folder), _its_own_store():
        for number, scene in enumerate(SCENES, 1):
            screen.say(f"\n== {number}. {scene.title}")
            for step in scene.steps:
                words = step.words
                if step.is_act:
                    acts += 1
                    words = (*words, "--key", f"k-{acts}")
                screen.say(f"\n{step.says}\n$ protocolkit {_typed(words)}")
                code = main(words)
                if code not in step.codes:
                    raise RuntimeError(f"the demo's `{_typed(words)}` ended with {code}")
                no_figures = no_figures or code == CANNOT
    for line in _farewell(no_figures):
        screen.say(line)
    return YES


@contextmanager
def _its_own_store() -> Iterator[None]:
    """Who has set where their cases are kept must not find those of the demo among them."""
    kept = os.environ.pop(VARIABLE, None)
    try:
        yield
    finally:
        if kept is not None:
            os.environ[VARIABLE] = kept


def _prepare(folder: Path) -> None:
    """The folder with the protocols in it, and without what an earlier demo left.

    Only files that a demo makes are touched. Raises: OSError: it cannot be written.
    """
    folder.mkdir(exist_ok=True)
    figures = [file for *_, file in FIGURES]
    dots = [str(Path(file).with_suffix(".dot")) for file in figures]
    for name in (*_STORE, *figures, *dots):
        (folder / name).unlink(missing_ok=True)
    for story in (folder / STORIES).glob(f"*{SCENARIOS[0]}"):
        story.unlink()
    for name in PROTOCOLS:
        text = bundled("protocols", name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    slip = Template((folder / "site_a.yaml").read_text(encoding="utf-8"))
    slip.put("team_engagd", "triggers", "engage_team", "moves", 0, "to")
    (folder / "slip.yaml").write_text(slip.text, encoding="utf-8", newline="\n")


def _at(says: str, time: str, *words: str, codes: tuple[int, ...] = (YES,)) -> Step:
    """A look at a case, at a time of the year 2025."""
    clock = ("--clock", f"2025-{time}")
    return Step(says=says, words=("case", *words, *clock), codes=codes)


def _as(
    says: str, who: str, time: str, *words: str, facts: str = "", codes: tuple[int, ...] = (YES,)
) -> Step:
    """An act of somebody (`u-17 djo`) at a time of the year 2025."""
    person, role = who.split()
    given = [part for fact in facts.split() for part in ("--fact", fact)]
    more = ("--as", person, "--role", role, "--clock", f"2025-{time}")
    return Step(says=says, words=("case", *words, *given, *more), is_act=True, codes=codes)


OFFICER, DJO, DETECTIVE = "t-1 truancy_officer", "u-17 djo", "i-1 investigator"
SUPERVISOR, DEPUTY = "s-1 supervisor", "s-2 deputy_supervisor"
REPORT = "report_to_supervisor"
THERE = "djo=u-17 minor=y-1 caseworker=c-3 supervisor=s-1 service_provider=p-2"

SCENES = (
    Scene(
        title="Three protocols, taken from a published study, are checked",
        steps=(
            Step(
                says="Two courts as the study found them, and what it recommends:",
                words=("check", *PROTOCOLS),
            ),
            Step(
                says="The same with a slip of the hand in it:",
                words=("check", "slip.yaml"),
                codes=(NO,),
            ),
        ),
    ),
    Scene(
        title="They are drawn",
        steps=tuple(
            Step(
                says=f"{what}:",
                words=("draw", protocol, "-o", file, "--view", view),
                codes=(YES, CANNOT),
            )
            for what, protocol, view, file in FIGURES
        ),
    ),
    Scene(
        title="What can go wrong, and what if somebody is not there",
        steps=(
            Step(
                says="All that can become of a case is gone through, with nobody as supervisor. "
                "What then goes\nwrong is told as a case, and kept:",
                words=("verify", "site_a.yaml", "--without", "supervisor", *_KEPT),
                codes=(NO,),
            ),
            Step(says="The stories, acted out by the engine:", words=("test", STORIES)),
        ),
    ),
    Scene(
        title="Site A, late in the evening",
        steps=(
            _as(
                "A truancy officer opens a case.",
                *(OFFICER, "03-04 22:34", "open", "site_a.yaml", "--id", "night-1"),
            ),
            _as(
                "The supervisor, to whom this is reported, is not there.",
                *(OFFICER, "03-04 22:40", "do", "night-1", REPORT),
                facts="certainty=suspected supervisor_reachable=false",
            ),
            _as(
                "The officer may not call the team together. The answer says why:",
                *(OFFICER, "03-04 22:45", "do", "night-1", "engage_team"),
                *("--protocol", "site_a.yaml"),
                codes=(NO,),
            ),
            _at(
                "But because the supervisor is not there, the detective may.",
                *("03-04 22:50", "why", "night-1", "engage_team", "--as", "i-1"),
                *("--role", "investigator"),
            ),
            _as("And does.", DETECTIVE, "03-04 23:15", "do", "night-1", "engage_team"),
        ),
    ),
    Scene(
        title="The recommended protocol: a limit passes, the next level follows",
        steps=(
            _as(
                "A deputy juvenile officer opens a case ...",
                *(DJO, "03-04 09:00", "open", "recommended.yaml", "--id", "day-1"),
            ),
            _as(
                "... and reports it.",
                *(DJO, "03-04 09:10", "do", "day-1", REPORT),
                facts="certainty=confirmed supervisor_reachable=true",
            ),
            _at("If nobody acts:", "03-04 09:15", "pending", "day-1"),
            _at("A day later the supervisor has done nothing.", "03-05 09:11", "show", "day-1"),
            _as(
                "The deputy was told, and acts.",
                *(DEPUTY, "03-05 09:30", "do", "day-1", "engage_team"),
            ),
            _as(
                "A caseworker takes the case over ...",
                *("c-3 caseworker", "03-05 11:00", "do", "day-1", "take_over_case"),
            ),
            _as(
                "... and hears from the officer what is known.",
                *(DJO, "03-05 14:00", "complete", "day-1", "brief_caseworker"),
            ),
        ),
    ),
    Scene(
        title="The team meets, agrees on a plan, and the case is closed",
        steps=(
            _as(
                "The supervisor sets the meeting.",
                *(SUPERVISOR, "03-05 15:00", "meet", "day-1", "set", "team_meeting"),
                *("--id", "m-1", "--for", "2025-03-10 10:00"),
            ),
            _as(
                "Before that, the officer listens to the minor.",
                *(DJO, "03-07 10:00", "complete", "day-1", "hear_the_minor"),
            ),
            _as(
                "The team meets, the minor among them ...",
                *(DJO, "03-10 11:00", "meet", "day-1", "hold", "m-1"),
                *(part for seat in THERE.split() for part in ("--attended", seat)),
            ),
            _as(
                "... with a voice in the plan.",
                *("y-1 minor", "03-10 11:10", "do", "day-1", "agree_plan"),
            ),
            _as(
                "The supervisor wants to close it. But somebody is still owed an answer:",
                *(SUPERVISOR, "03-11 10:00", "do", "day-1", "close_case"),
                codes=(NO,),
            ),
            _as(
                "The investigator tells the officer who reported what came of it.",
                *(DETECTIVE, "03-11 16:00", "complete", "day-1", "tell_the_reporter"),
            ),
            _as(
                "Now the case can be closed.",
                *(SUPERVISOR, "03-18 16:00", "do", "day-1", "close_case"),
            ),
            _at("What the record says of it:", "03-18 16:00", "log", "day-1"),
        ),
    ),
)


def _typed(words: Sequence[str]) -> str:
    """Words as one types them, in quotes that every shell knows."""
    return " ".join(f'"{word}"' if " " in word else word for word in words)


def _farewell(no_figures: bool) -> Iterator[str]:
    yield "\n== What you saw"
    yield "A protocol as one file that people can read: checked, drawn, looked through for what"
    yield "can go wrong, and its cases run. Nobody acted without the right to; what was late was"
    yield "noticed; the record says who, when, why."
    if no_figures:
        yield "The figures are .dot files for now: the message above says how to get pictures."
    else:
        yield f"The figures are in {FOLDER}: open figure-1.svg in a browser."
    yield "\n== What to try next"
    yield f"  cd {FOLDER}"
    yield "  protocolkit explain PK101"
    yield "  protocolkit case why night-1 agree_plan --as u-17 --role djo"
    yield "  protocolkit new my-county"
