"""The questions that are always asked of a protocol, a module for each kind.

Imports them and asking.
"""

from __future__ import annotations

from protocolkit.verify.questions.agreed import agreed
from protocolkit.verify.questions.asking import Asker, Looked
from protocolkit.verify.questions.clean import clean
from protocolkit.verify.questions.course import course
from protocolkit.verify.questions.dead import dead
from protocolkit.verify.questions.levels import levels
from protocolkit.verify.questions.outside import outside
from protocolkit.verify.questions.owed import owed
from protocolkit.verify.questions.restless import restless
from protocolkit.verify.questions.untold import untold

__all__ = ["ALWAYS", "Asker", "Looked"]

ALWAYS = (course, clean, dead, owed, levels, outside, untold, agreed, restless)
"""Every question, in the order in which it is told."""
