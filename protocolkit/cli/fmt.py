"""`protocolkit fmt`: protocols, rosters and scenarios in one layout, every comment kept.

The layout itself is the language's; here is which files, how they are written, and how it is
told. A file is written whole or not at all.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from protocolkit.cli.exits import CANNOT, NO, YES
from protocolkit.cli.files import inside, says, write_whole
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen, plainly
from protocolkit.ground.errors import ProtocolkitError, UsageError
from protocolkit.language.layout import Formatted, formatted
from protocolkit.language.text import MAX_BYTES, read_bytes

STDIN = "-"

_OURS = re.compile(rb"^[\"']?(?:protocolkit|extends|scenarios|people)[\"']?\s*:", re.MULTILINE)

EXAMPLES = """\
  protocolkit fmt county.yaml
  protocolkit fmt my-county --check
  cat county.yaml | protocolkit fmt -"""


def run(words: Sequence[str], screen: Screen) -> int:
    """Lay out every file and folder that is named."""
    parser = Parser(
        "protocolkit fmt",
        "Write protocols, rosters and scenarios in one layout. What they mean stays, and so\n"
        "does every comment.",
        EXAMPLES,
    )
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a file, a folder, or - for stdin")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; name what would change"
    )
    parser.add_argument("--diff", action="store_true", help="write nothing; show what would change")
    options = parser.read(words, screen)
    if options is None:
        return YES
    found: dict[str, Formatted] = {}
    failed: list[str] = []
    for path in _files(options.paths):
        try:
            found[path] = formatted(_read(path), _shown(path))
        except OSError as error:
            failed.append(plainly(error))
        except ProtocolkitError as error:  # a fault of ours, which leaves the file as it is
            failed.append(f"{error}")
    for path, one in found.items():
        if not one.form and not one.findings:
            raise UsageError(f"{_shown(path)} is no protocol, no roster and no file of scenarios.")
    broken = _tell_findings(found.values(), screen)
    changed = {path: one for path, one in found.items() if one.changed}
    for path, one in changed.items():
        if options.diff:
            _show_difference(_shown(path), one, screen)
        if options.check:
            screen.say(f"would change: {_shown(path)}")
    looks_only = options.check or options.diff
    for path, one in found.items():
        if path == STDIN and not looks_only and not one.findings:
            screen.show(one.text)
        elif path in changed and not looks_only:
            try:
                write_whole(Path(path), one.text.encode("utf-8"))
            except OSError as error:
                failed.append(plainly(error))
            else:
                screen.say(f"wrote {path}")
    if STDIN not in found:
        _tell_counts(len(found), len(changed), broken, looks_only, screen)
    for problem in failed:
        screen.note(f"protocolkit: {problem}")
    if failed:
        return CANNOT
    return NO if broken or (looks_only and changed) else YES


def _files(named: Sequence[str]) -> Iterator[str]:
    """The files that the words name, each once.

    Raises: UsageError: there is none among them.
    """
    found: dict[str, None] = {}
    for name in named:
        if name != STDIN and Path(name).is_dir():
            below = (path for path in inside(Path(name)) if says(path, _OURS))
            found.update(dict.fromkeys(map(str, below)))
        else:
            found[name] = None
    if not found:
        raise UsageError(f"There is no protocol, roster or scenario in {', '.join(named)}.")
    yield from found


def _read(path: str) -> bytes:
    # One byte more than is read, so that the reader sees that it is too much.
    return sys.stdin.buffer.read(MAX_BYTES + 1) if path == STDIN else read_bytes(path)


def _shown(path: str) -> str:
    return "<stdin>" if path == STDIN else path


def _tell_findings(found: Iterable[Formatted], screen: Screen) -> int:
    """What is wrong with files that cannot be read; how many there are."""
    broken = [one for one in found if one.findings]
    if broken:
        from protocolkit.checks import report_text

        findings = [finding for one in broken for finding in one.findings]
        texts = {
            finding.place.file: one.before
            for one in broken
            for finding in one.findings
            if finding.place
        }
        screen.show(report_text.render(findings, texts, color=screen.color, width=screen.width))
    return len(broken)


def _show_difference(path: str, one: Formatted, screen: Screen) -> None:
    from difflib import unified_diff

    lines = unified_diff(
        one.before.splitlines(), one.text.splitlines(), path, f"{path}, laid out", lineterm=""
    )
    screen.say("\n".join(lines))


def _tell_counts(all_: int, changed: int, broken: int, looks_only: bool, screen: Screen) -> None:
    said = f"{changed} {'would change' if looks_only else 'changed'}"
    more = f", {broken} cannot be read and stay as they are" if broken else ""
    screen.note(f"{said}, {all_ - changed - broken} are laid out as they should be{more}.")
