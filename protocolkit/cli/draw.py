"""`protocolkit draw`: a figure of a protocol into a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from protocolkit.cli.exits import CANNOT, NO, YES
from protocolkit.cli.loading import show_errors, whole
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.ground.errors import LayoutError, ProtocolError

LATER_FORMATS = ("mmd",)
LATER_VIEWS = ("lanes", "model", "timeline", "ladder")

EXAMPLES = """\
  protocolkit draw county.yaml -o process.svg
  protocolkit draw county.yaml -o network.png --view network"""


def run(words: Sequence[str], screen: Screen) -> int:
    """Draw one figure."""
    parser = Parser("protocolkit draw", "A figure of a protocol.", EXAMPLES)
    parser.add_argument("path", metavar="PATH", help="the protocol's file")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        required=True,
        help="where the figure goes; its ending says how: .svg, .png, .pdf or .dot",
    )
    parser.add_argument(
        "--view",
        default="process",
        help="process: what happens next (default); network: who is connected to whom",
    )
    parser.add_argument(
        "--public",
        action="store_true",
        help="leave out on how many persons a tie rests",
    )
    parser.later = {"--case": "a figure shows a protocol, not yet a case"}
    options = parser.read(words, screen)
    if options is None:
        return YES
    if options.view in LATER_VIEWS:
        parser.error(f"the view `{options.view}` comes with a later release")
    target = Path(options.output)
    ending = target.suffix.lower().removeprefix(".")
    if ending in LATER_FORMATS:
        parser.error(f"files that end in .{ending} come with a later release")

    if target.exists() and Path(options.path).exists() and target.samefile(options.path):
        parser.error(f"{target.name} is the protocol itself; choose another name for the figure")

    from protocolkit import diagrams

    if ending not in diagrams.FORMATS:
        parser.error(f"{target.name} must end in .{', .'.join(diagrams.FORMATS)}")
    try:
        protocol = whole(options.path).protocol
    except ProtocolError as error:
        show_errors(error.findings, screen)
        return NO
    assert protocol is not None
    figure = diagrams.draw(protocol, options.view, public=options.public)
    try:
        figure.save(target)
    except LayoutError as error:
        instead = target.with_suffix(".dot")
        figure.save(instead)
        screen.note(f"protocolkit: {error}")
        screen.say(f"wrote {instead} instead of {target}")
        return CANNOT
    for warning in figure.warnings:
        screen.note(warning)
    screen.say(f"wrote {target}")
    return YES
