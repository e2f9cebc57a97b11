"""`protocolkit check --fix`: files mended in place, or the difference shown.

What is changed is the checks' business; here is how it is written and told. A file is written
whole or not at all.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from protocolkit.checks import Report
from protocolkit.checks.fixing import Mended, mend
from protocolkit.cli.files import STDIN, write_whole
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen

Judge = Callable[[bytes], Report]


def add_options(parser: Parser) -> None:
    """The options of `check` that are about mending."""
    parser.add_argument("--fix", action="store_true", help="mend what can be mended safely")
    parser.add_argument(
        "--unsafe", action="store_true", help="with --fix: also mend by guessing what was meant"
    )
    parser.add_argument(
        "--diff", action="store_true", help="with --fix: write nothing, show what would change"
    )


def refuse_what_makes_no_sense(parser: Parser, options: argparse.Namespace) -> None:
    """Raises: UsageError: options that only go with `--fix`, or nowhere to write to."""
    for name in ("unsafe", "diff"):
        if getattr(options, name) and not options.fix:
            parser.error(f"`--{name}` goes with `--fix`.")
    if options.fix and not options.diff and STDIN in options.paths:
        parser.error("`--fix` cannot write to stdin; name a file, or add `--diff`.")


def fix(
    path: str, data: bytes, judge: Judge, options: argparse.Namespace, screen: Screen
) -> Mended:
    """Mend one file, or show how it would be mended, and tell what was done.

    Raises: OSError: it cannot be written; it is then as it was.
    """
    shown = "<stdin>" if path == STDIN else Path(path).as_posix()
    done = mend(data, shown, judge, unsafe=options.unsafe)
    if options.diff:
        _show_difference(shown, done, screen)
    elif done.changed:
        write_whole(Path(path), done.after)
    if done.mended:
        codes = ", ".join(sorted({one.code for one in done.mended}))
        would = "would mend" if options.diff else "mended"
        screen.note(f"{shown}: {would} {len(done.mended)} ({codes}).")
    for one in done.refused:
        screen.note(f"{shown}: {one.code} is left as it is: mending it would bring a graver fault.")
    return done


def _show_difference(shown: str, done: Mended, screen: Screen) -> None:
    from difflib import unified_diff

    before, after = (
        text.decode("utf-8", "replace").splitlines() for text in (done.before, done.after)
    )
    difference = list(unified_diff(before, after, shown, shown, lineterm=""))
    if difference:
        screen.say("\n".join(difference))
