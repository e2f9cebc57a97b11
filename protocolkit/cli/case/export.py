"""`case export`: the record of cases for other programs, and sheets of paper for when this one
is down.

JSON Lines, each line an event in the envelope of CloudEvents 1.0. Imports the desk and the
sheets.
"""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from protocolkit.cli.address import take_store
from protocolkit.cli.case import sheets
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.exits import YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.ground.errors import UsageError
from protocolkit.semantics.changes import instant_text
from protocolkit.store.base import Entry, Head

_ABOUT = """\
The record of cases, all of them if none is named. As JSON Lines: one event a line, in the
envelope of CloudEvents 1.0, the event itself as `data`. As HTML: paper for when the computer is
down; one sheet for each open case, and a list of them in front."""
_EXAMPLES = """\
  protocolkit case export c-7 > c-7.jsonl
  protocolkit case export --format html -o tonight.html"""


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Write out the record, or the sheets."""
    parser = Parser(f"protocolkit case {verb}", _ABOUT, _EXAMPLES)
    parser.add_argument(
        "cases", metavar="CASE", nargs="*", default=[], help="only these cases (default: all)"
    )
    take_store(parser)
    parser.add_argument(
        "--format",
        choices=("jsonl", "html"),
        default="jsonl",
        help="events for programs (default), or sheets for printing",
    )
    parser.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        help="write into this new file, which only you can read (default: to stdout)",
    )
    parser.add_argument(
        "--clock",
        metavar="TIME",
        help="for training and demos only: take this for now, never behind the case",
    )
    options = parser.read(words, screen)
    if options is None:
        return YES
    with Desk(options, screen) as desk:
        write = _sheets if options.format == "html" else _lines
        write(desk, options, screen)
    return YES


def cloud_event(entry: Entry) -> dict[str, Any]:
    """An entry of a case in the envelope of CloudEvents 1.0.

    Each case is a source of its own, so that `sequence` counts without a gap. The names of what
    we add (`sequence`, `sequencetype`, `writtenat`) are letters only, as the specification wants.
    Source: https://github.com/cloudevents/spec/blob/main/cloudevents/formats/json-format.md
    """
    event = entry.event
    return {
        "specversion": "1.0",
        "id": f"{event.case}/{event.sequence}",
        "source": f"urn:protocolkit:case:{quote(event.case, safe='')}",
        "type": f"protocolkit.case.{event.kind}",
        "subject": event.case,
        "time": instant_text(event.happened_at),
        "datacontenttype": "application/json",
        "sequence": f"{event.sequence:010}",
        "sequencetype": "Integer",
        "writtenat": instant_text(entry.written_at),
        "data": event.to_json(),
    }


def _lines(desk: Desk, options: Namespace, screen: Screen) -> None:
    store = desk.engine.store
    heads = [_known(desk, case) for case in options.cases] or store.heads()
    with _output(options, screen) as write:
        for head in heads:
            for entry in store.entries(head.case):
                write(json.dumps(cloud_event(entry)) + "\n")


def _sheets(desk: Desk, options: Namespace, screen: Screen) -> None:
    named = [_known(desk, case).case for case in options.cases]
    heads = [head for head in desk.heads() if not named or head.case in named]
    for head in heads:
        if head.closed and named:
            screen.note(f"{head.case} is closed: there is no sheet for it.")
    page = sheets.page(desk, [head for head in heads if not head.closed])
    with _output(options, screen) as write:
        write(page)


def _known(desk: Desk, case: str) -> Head:
    """Raises: UsageError: there is no such case."""
    head = desk.engine.store.head(case)
    if head is None:
        raise UsageError(f"There is no case `{case}` in this store.")
    return head


@contextmanager
def _output(options: Namespace, screen: Screen) -> Iterator[Callable[[str], object]]:
    """Where the answer goes: to stdout, or into a new file that only its owner can read.

    Raises: UsageError: there is such a file. OSError: it cannot be written; it is then gone.
    """
    if not options.output:
        yield screen.show
        return
    path = Path(options.output)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(
            f"{path} is there already and is left as it is. Name a new file."
        ) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            yield file.write
    except BaseException:
        path.unlink()
        raise
