"""Plans of migration as files: read with places, published as a JSON Schema.

What a plan means stands in `semantics/migration`.
"""

from __future__ import annotations

from protocolkit.migrations.reading import PlanFile, Text, read_file, read_text

__all__ = ["PlanFile", "Text", "read_file", "read_text"]
