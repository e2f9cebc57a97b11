"""`protocolkit schema`: the JSON Schema of the files that people write, for editors."""

from __future__ import annotations

import json
from collections.abc import Sequence

from protocolkit.cli.exits import YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen

KINDS = (
    "protocol",
    "scenarios",
    "migration",
    "config",
    "findings",
    "results",
    "answers",
    "verify",
    "doctor",
    "work",
)

EXAMPLES = """\
  protocolkit schema > protocol.schema.json
Then put this into the first line of your protocol:
  # yaml-language-server: $schema=protocol.schema.json"""


def run(words: Sequence[str], screen: Screen) -> int:
    """Print a schema."""
    parser = Parser(
        "protocolkit schema",
        "The JSON Schema of protocol files: an editor that reads it helps while you write.",
        EXAMPLES,
    )
    parser.add_argument(
        "of",
        metavar="OF",
        nargs="?",
        default="protocol",
        choices=KINDS,
        help="protocol (default), scenarios, migration (a plan), config (`protocolkit.toml`), "
        "or what a command writes with `--format json`: findings (`check`), results (`test`), "
        "answers (`case`), verify, doctor; or work (`work --config`)",
    )
    options = parser.read(words, screen)
    if options is None:
        return YES

    if options.of == "protocol":
        from protocolkit.language.schema import schema
    elif options.of == "scenarios":
        from protocolkit.scenarios.schema import schema
    elif options.of == "migration":
        from protocolkit.migrations.schema import schema
    elif options.of == "config":
        from protocolkit.checks.config_schema import schema
    elif options.of == "findings":
        from protocolkit.checks.report_json import schema
    elif options.of == "results":
        from protocolkit.scenarios.report_json import schema
    elif options.of == "verify":
        from protocolkit.cli.verify.report_json import schema
    elif options.of == "work":
        from protocolkit.workers.config import schema
    elif options.of == "doctor":
        from protocolkit.cli.doctor.report_json import schema
    else:
        from protocolkit.semantics.answers.form import schema

    screen.show(json.dumps(schema(), indent=2) + "\n")
    return YES
