"""Nothing that a case holds by name is forgotten when names change."""

from __future__ import annotations

import ast
import inspect
from textwrap import dedent

from protocolkit.semantics.case import Case
from protocolkit.semantics.migration.going_on import GoingOn

WITHOUT_NAMES = {
    "id": "its own",
    "protocol": "a case stays in its protocol",
    "scope": "so it does in its scope",
    "linked_from": "the id of a case",
    "programme_seen": "a number",
    "opened_at": "an instant",
    "closed_at": "an instant",
    "closed_with": "a number",
    "recorded_at": "an instant",
    "events": "a number",
    "visit_count": "a number",
    "series_count": "a number",
    "run_count": "a number",
    "voided": "numbers",
    "voided_in": "numbers",
    "void_occurrences": "numbers",
    "wake_at": "an instant",
    "wake_past": "no name",
}
"""What a migration leaves alone, and why."""


def test_every_field_is_renamed_or_has_no_name() -> None:
    """A new field of a case must be put into one of the two lists."""
    tree = ast.parse(dedent(inspect.getsource(GoingOn)))
    renamed = {
        target.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self"
    }
    assert vars(Case("c-1")).keys() == renamed | WITHOUT_NAMES.keys()
    assert set() == renamed & WITHOUT_NAMES.keys()
