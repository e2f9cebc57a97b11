"""The questions that are always asked of a protocol, a module for each kind.

Imports them and asking.
"""

from __future__ import annotations

from protocolkit.proofs.questions.agreed import agreed
from protocolkit.proofs.questions.asking import Asker
from protocolkit.proofs.questions.clean import clean
from protocolkit.proofs.questions.course import course
from protocolkit.proofs.questions.dead import dead
from protocolkit.proofs.questions.levels import levels
from protocolkit.proofs.questions.looked import Looked
from protocolkit.proofs.questions.outside import outside
from protocolkit.proofs.questions.owed import owed
from protocolkit.proofs.questions.restless import restless
from protocolkit.proofs.questions.untold import untold

__all__ = ["ALWAYS", "Asker", "Looked"]

ALWAYS = (course, clean, dead, owed, levels, outside, untold, agreed, restless)
"""Every question, in the order in which it is told."""
