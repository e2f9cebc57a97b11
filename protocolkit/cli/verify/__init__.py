"""`protocolkit verify`: proofs, stories, and what happens when somebody is not there.

What is asked is `verify`'s matter; here is of which files, in which form, and what the command
answers. Its own parts are imported when it runs.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from protocolkit.cli.exits import CANNOT, NO, UNPROVED, YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen, plainly

if TYPE_CHECKING:
    from protocolkit.cli.verify.judging import Judged
    from protocolkit.ground.findings import Finding

FORMATS = ("text", "json", "sarif")
SITUATIONS = 20_000
SECONDS = 300.0

EXAMPLES = """\
  protocolkit verify county.yaml
  protocolkit verify county.yaml --without supervisor
  protocolkit verify county.yaml --save-scenarios stories
  protocolkit verify county.yaml --roster roster.yaml --matrix away.html"""


def run(words: Sequence[str], screen: Screen) -> int:
    """Ask everything of every file and folder that is named."""
    parser = _parser()
    options = parser.read(words, screen)
    if options is None:
        return YES
    if options.format not in FORMATS:
        parser.error(f"there is no format `{options.format}`; there are {', '.join(FORMATS)}")
    if options.situations < 1 or not 0 < options.seconds < float("inf"):
        parser.error("`--situations` and `--seconds` need a number above 0.")

    from protocolkit.cli.files import protocols
    from protocolkit.cli.roster import everybody
    from protocolkit.cli.verify.judging import judge
    from protocolkit.language.reading import read_file
    from protocolkit.proofs import Budget

    files, scenarios = protocols(options.paths)
    for name in scenarios:
        screen.note(f"{name} holds scenarios, not a protocol; `protocolkit test` acts them out.")
    if options.matrix and (len(files) > 1 or not options.matrix.endswith(".html")):
        parser.error("`--matrix` writes a page FILE.html about one protocol.")
    roster = everybody(options.roster) if options.roster else ()
    # A search keeps nearly all it makes; to look through that for rubbish takes a seventh of it.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    budget = Budget(situations=options.situations, seconds=options.seconds)
    one_pair = bool(options.from_ or options.to)
    between = (options.from_ or "opening", options.to or "closing") if one_pair else None
    found: list[Judged] = []
    errors: list[Finding] = []
    missing: list[OSError] = []
    for path in files:
        try:
            reading = read_file(path)
        except OSError as error:
            missing.append(error)
            continue
        if not reading.ok:
            errors += (one for one in reading.findings if one.severity == "error")
            continue

        def progress(situations: int, path: str = path) -> None:
            screen.passing(f"{path}: {situations} situations so far ...")

        absent = dict.fromkeys(options.without)
        found.append(
            judge(
                reading,
                absent=[*absent],
                roster=roster,
                budget=budget,
                between=between,
                progress=progress,
            )
        )
        screen.passing("")
    _tell(found, errors, missing, options.format, screen)
    _keep(found, options.save_scenarios, options.matrix, screen)
    for problem in missing:
        screen.note(f"protocolkit: {plainly(problem)}")
    if missing:
        return CANNOT
    return _code(found, errors, require_proof=options.require_proof)


def _parser() -> Parser:
    parser = Parser(
        "protocolkit verify",
        "What can become of a case under a protocol: whether it can always be closed, what can be\n"
        "lost on the way, and what happens when somebody is not there. What can go wrong is told\n"
        "as a case in which it goes wrong.",
        EXAMPLES,
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a protocol, or a folder")
    parser.add_argument("--format", default="text", help="text (default), json or sarif")
    parser.add_argument(
        "--without",
        metavar="ROLE",
        action="append",
        default=[],
        help="ask what holds while nobody holds this role; can be given several times",
    )
    parser.add_argument("--roster", metavar="FILE", help="who holds which role")
    parser.add_argument(
        "--from",
        metavar="WHAT",
        dest="from_",
        help="tell how long it takes from this: an act, a state, `meeting.held`, `follow_up.met`,\n"
        "`opening`",
    )
    parser.add_argument(
        "--to", metavar="WHAT", help="... to this; `closing` if nothing else is said"
    )
    parser.add_argument(
        "--save-scenarios",
        metavar="DIR",
        help="keep each story as a file of scenarios, which `protocolkit test` acts out",
    )
    parser.add_argument(
        "--require-proof",
        action="store_true",
        help="end with 4 if something could not be decided or tested",
    )
    parser.add_argument(
        "--matrix", metavar="FILE.html", help="write who is needed for what, as a page"
    )
    parser.add_argument(
        "--situations",
        metavar="N",
        type=int,
        default=SITUATIONS,
        help=f"the most situations to go through for one question (default: {SITUATIONS})",
    )
    parser.add_argument(
        "--seconds",
        metavar="N",
        type=float,
        default=SECONDS,
        help=f"the most time for one protocol (default: {SECONDS:g})",
    )
    return parser


def _tell(
    found: list[Judged],
    errors: list[Finding],
    missing: list[OSError],
    format: str,
    screen: Screen,
) -> None:
    """The answer. Each report brings modules of its own, so only the one asked for comes in."""
    if format == "json":
        from protocolkit.cli.verify import report_json

        screen.show(report_json.render(found, errors))
        return
    if format == "sarif":
        from protocolkit import __version__
        from protocolkit.cli.verify import report_sarif

        faults = [plainly(one) for one in missing]
        screen.show(report_sarif.render(found, errors, version=__version__, faults=faults))
        return

    from protocolkit.cli.loading import show_errors
    from protocolkit.cli.verify import report_text

    for number, judged in enumerate(found):
        screen.show("\n" * bool(number))
        screen.show(report_text.render(judged, color=screen.color, width=screen.width))
    if errors:
        show_errors(errors, screen)


def _keep(found: list[Judged], folder: str | None, page: str | None, screen: Screen) -> None:
    """Write what is to be kept. Raises: OSError: it cannot be written."""
    if folder is not None:
        from protocolkit.cli.verify import keeping

        kept = keeping.keep(found, Path(folder))
        if kept:
            many = "1 story" if len(kept) == 1 else f"{len(kept)} stories"
            screen.note(f"wrote {many} into {folder}; `protocolkit test {folder}` acts them out.")
        else:
            screen.note(f"There is no story to write into {folder}.")
    if page is not None and found:
        from protocolkit.cli.verify import matrix_html

        Path(page).write_text(matrix_html.page(found[0].matrix), encoding="utf-8", newline="\n")
        screen.note(f"wrote {page}")


def _code(found: list[Judged], errors: list[Finding], *, require_proof: bool) -> int:
    """1 if something can be broken, or a file cannot be used; 4 if a proof is asked for that is
    not there.
    """
    verdicts = {result.verdict for judged in found for result in judged.proof.results}
    if errors or "violated" in verdicts:
        return NO
    return UNPROVED if require_proof and verdicts - {"proved"} else YES
