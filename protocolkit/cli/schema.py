"""`protocolkit schema`: the JSON Schema of protocol files, for editors."""

from __future__ import annotations

import json
from collections.abc import Sequence

from protocolkit.cli.exits import YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen

EXAMPLES = """\
  protocolkit schema > protocol.schema.json
Then put this into the first line of your protocol:
  # yaml-language-server: $schema=protocol.schema.json"""


def run(words: Sequence[str], screen: Screen) -> int:
    """Print the schema."""
    parser = Parser(
        "protocolkit schema",
        "The JSON Schema of protocol files: an editor that reads it helps while you write.",
        EXAMPLES,
    )
    if parser.read(words, screen) is None:
        return YES

    from protocolkit.language.schema import schema

    screen.show(json.dumps(schema(), indent=2) + "\n")
    return YES
