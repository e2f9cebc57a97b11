"""Writes what is made from the vocabulary: the JSON Schema and the reference page.

Run it after every change of `protocolkit/language/vocabulary.py`: `python tools/generate.py`.
A test fails while one of the files is not what this script would write.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def generated() -> dict[str, str]:
    """The files, by their path in the checkout, with their content."""
    from protocolkit.language.reference import reference
    from protocolkit.language.schema import schema

    return {
        "schemas/protocol-1.schema.json": json.dumps(schema(), indent=2, ensure_ascii=False) + "\n",
        "docs/reference/language.md": reference(),
    }


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    for name, content in generated().items():
        (ROOT / name).write_text(content, encoding="utf-8", newline="\n")
        print(f"wrote {name}")
