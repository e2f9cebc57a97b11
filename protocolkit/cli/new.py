"""`protocolkit new`: a first protocol of one's own, by twelve questions.

The recommended protocol with the answers in their places, a file of scenarios, a roster to
fill in, and a page that says what to do next. Nothing that exists is ever written over.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from protocolkit.bundled import bundled
from protocolkit.cli.exits import YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.questions import HAND_TO, QUESTIONS, Blank
from protocolkit.cli.screen import Screen
from protocolkit.cli.template import Template
from protocolkit.ground.errors import UsageError

_TEMPLATES = Path(__file__).parent / "templates"
_STANDS_IN = ("scenarios", "nobody_there_at_night", "steps")

EXAMPLES = """\
  protocolkit new larkspur
  protocolkit new larkspur --yes --county "Larkspur County" --report-within "1 hour\""""


def run(words: Sequence[str], screen: Screen) -> int:
    """Ask, then write."""
    parser = Parser(
        "protocolkit new",
        "Write a first protocol of your own, from the recommended one, by twelve questions.\n"
        "Every question can be answered by its option; the others are asked.",
        EXAMPLES,
    )
    parser.add_argument("folder", metavar="DIR", help="where it goes; it may exist")
    parser.add_argument("--yes", action="store_true", help="ask nothing, keep what is not given")
    for question in QUESTIONS:
        for blank in question.blanks:
            parser.add_argument(
                blank.option, dest=blank.option, metavar="...", help=f"{question.text} {blank.hint}"
            )
    options = parser.read(words, screen)
    if options is None:
        return YES
    folder = Path(options.folder)
    targets = ("protocol.yaml", "protocol.scenarios.yaml", "roster.yaml", "README.md", ".gitignore")
    for name in targets:
        if (folder / name).exists():
            raise UsageError(
                f"{folder / name} is there already, and nothing is written over. "
                "Choose another folder."
            )

    protocol = Template(bundled("protocols", "recommended.yaml").read_text(encoding="utf-8"))
    _answer_all(protocol, options, screen)
    contents = {
        "protocol.yaml": protocol.text,
        "protocol.scenarios.yaml": _scenarios(protocol.text),
        "roster.yaml": _template("roster.yaml"),
        "README.md": _template("README.md"),
        ".gitignore": _template("gitignore"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in contents.items():
        with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        screen.say(f"wrote {folder / name}")
    screen.note(f"Next: protocolkit check {folder / 'protocol.yaml'}")
    return YES


def _answer_all(protocol: Template, options: Namespace, screen: Screen) -> None:
    """Put every answer into the template: given as an option, asked for, or left as it is."""
    given = vars(options)
    asks = not options.yes and any(
        given[blank.option] is None for question in QUESTIONS for blank in question.blanks
    )
    if asks:
        screen.note(f"{len(QUESTIONS)} questions. Enter alone keeps what stands in brackets.")
    for number, question in enumerate(QUESTIONS, 1):
        open_ = [blank for blank in question.blanks if given[blank.option] is None]
        if open_ and asks:
            screen.note(f"\n{number}. {question.text}")
        for blank in question.blanks:
            answer = given[blank.option]
            if answer is not None:
                try:
                    blank.fill(protocol, answer.strip())
                except UsageError as error:
                    raise UsageError(f"{blank.option}: {error}") from None
            elif asks:
                _ask(protocol, blank, screen)
            else:
                blank.fill(protocol, blank.default(protocol))


def _ask(protocol: Template, blank: Blank, screen: Screen) -> None:
    """Ask until the answer makes sense. Raises: UsageError: nobody is there to answer."""
    default = blank.default(protocol)
    while True:
        answer = screen.ask(f"   ({blank.hint}) [{default}] ")
        if answer is None:
            raise UsageError(
                f"Nobody answers. Give {blank.option} on the command line, or --yes to keep "
                "everything that is not given."
            )
        try:
            blank.fill(protocol, answer or default)
        except UsageError as error:
            screen.note(f"   {error}")
        else:
            return


def _scenarios(protocol: str) -> str:
    """The scenarios, with whoever stands in at night in this protocol."""
    role = Template(protocol).value(*HAND_TO)
    scenarios = Template(_template("protocol.scenarios.yaml"))
    scenarios.put(role, *_STANDS_IN, 3, "by")
    scenarios.put_list([role], *_STANDS_IN, 4, "expect", "told")
    return scenarios.text


def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
