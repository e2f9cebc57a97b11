"""Writes what is made from the code: the JSON Schemas and the reference page.

Run it after every change of `protocolkit/language/vocabulary.py`, of the records in
`protocolkit/semantics/answers` and of `protocolkit/semantics/refusals.py`:
`python tools/generate.py`.
A test fails while one of the files is not what this script would write.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def generated() -> dict[str, str]:
    """The files, by their path in the checkout, with their content."""
    from protocolkit.checks import config_schema as config
    from protocolkit.checks import report_json as findings
    from protocolkit.cli.doctor import report_json as health
    from protocolkit.cli.verify import report_json as proofs
    from protocolkit.language.reference import reference
    from protocolkit.language.schema import schema
    from protocolkit.migrations import schema as migrations
    from protocolkit.scenarios import reference as scenario_keys
    from protocolkit.scenarios import report_json
    from protocolkit.scenarios import schema as scenarios
    from protocolkit.semantics import refusals
    from protocolkit.semantics.answers import form
    from protocolkit.workers import config as work

    return {
        "schemas/protocol-1.schema.json": json.dumps(schema(), indent=2, ensure_ascii=False) + "\n",
        "schemas/answers.schema.json": json.dumps(form.schema(), indent=2) + "\n",
        "schemas/config.schema.json": json.dumps(config.schema(), indent=2) + "\n",
        "schemas/doctor.schema.json": json.dumps(health.schema(), indent=2) + "\n",
        "schemas/findings.schema.json": json.dumps(findings.schema(), indent=2) + "\n",
        "schemas/migration.schema.json": json.dumps(migrations.schema(), indent=2) + "\n",
        "schemas/scenarios.schema.json": json.dumps(scenarios.schema(), indent=2) + "\n",
        "schemas/scenarios-results.schema.json": json.dumps(report_json.schema(), indent=2) + "\n",
        "schemas/verify.schema.json": json.dumps(proofs.schema(), indent=2) + "\n",
        "schemas/work.schema.json": json.dumps(work.schema(), indent=2) + "\n",
        "docs/reference/language.md": reference(),
        "docs/reference/scenario-keys.md": scenario_keys.reference(),
        "docs/reference/refusals.md": refusals.page(),
    }


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    for name, content in generated().items():
        (ROOT / name).write_text(content, encoding="utf-8", newline="\n")
        print(f"wrote {name}")
