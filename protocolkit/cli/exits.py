"""What a command ends with: one table of exit codes for all commands.

Imports nothing.
"""

from __future__ import annotations

YES = 0
"""It is done, or the answer is yes."""
NO = 1
"""The answer is no: findings, refused, somebody else was faster."""
USAGE = 2
"""What was asked for does not exist or does not fit together."""
CANNOT = 3
"""It could not be done: a file or store cannot be opened, no layout engine, our fault."""
UNPROVED = 4
"""Not everything was proved, where a proof is required."""
