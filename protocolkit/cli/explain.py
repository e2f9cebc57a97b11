"""`protocolkit explain`: the page of a check, what a word of the language means, or a refusal."""

from __future__ import annotations

from collections.abc import Sequence

from protocolkit.checks import ALL, RETIRED, explain, info
from protocolkit.cli import glossary
from protocolkit.cli.exits import YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.ground.errors import UsageError
from protocolkit.ground.nearest import nearest
from protocolkit.semantics import refusals

EXAMPLES = """\
  protocolkit explain PK202
  protocolkit explain dead-end
  protocolkit explain follow_up
  protocolkit explain due
  protocolkit explain wrong-role"""


def run(words: Sequence[str], screen: Screen) -> int:
    """Show one page."""
    parser = Parser(
        "protocolkit explain",
        "The page of a check, by its code or name; what a word of the language means;\n"
        "a reason why an act is refused; or a status of a follow-up.",
        EXAMPLES,
    )
    parser.add_argument("term", metavar="CODE|TERM", nargs="+", help="PK202, dead-end, due, ...")
    options = parser.read(words, screen)
    if options is None:
        return YES
    term = " ".join(options.term)
    check = info(term)
    if check is not None:
        screen.say(explain.page(check).rstrip())
        return YES
    if term.upper() in RETIRED:
        screen.say(f"{term.upper()} is not a check any more. {RETIRED[term.upper()]}")
        return YES
    page = "\n\n".join(filter(None, (glossary.entry(term), refusals.entry(term))))
    if not page:
        codes = {one.code.lower(): one.code for one in ALL}
        names = [*codes, *(one.name for one in ALL), *refusals.words()]
        close = nearest(term, [*glossary.words(), *names])
        close = codes.get(close, close)
        hint = f"; did you mean `{close}`?" if close else "."
        raise UsageError(
            f"There is no check and no word `{term}`{hint} The checks are listed in docs/checks, "
            "the words in docs/glossary.md, the reasons in docs/reference/refusals.md."
        )
    screen.say(page)
    return YES
