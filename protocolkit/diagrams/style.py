"""How figures look: colours, fonts, sizes, the width of a text.

Imports `textwrap` only. Every colour has a partner for dark pages. Colour never carries a
meaning alone: a line style, a shape or a word says the same.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from protocolkit.ground.record import Record

INK = "#1a1a1a"
QUIET = "#5a5a5a"
PAPER = "#ffffff"
ALARM = "#b3360b"
ALARM_FILL = "#fbe3dc"
CLOSED = "#3a3a3a"
CLOSED_FILL = "#ededed"
FRAME = "#8a8a8a"


class Colour(Record):
    """The colours of one kind of organization, and its name in a key."""

    fill: str
    line: str
    words: str


NEUTRAL = Colour(fill=PAPER, line=INK, words="several agencies")
ESCALATION = Colour(fill=ALARM_FILL, line=ALARM, words="when late")
COLOURS: Mapping[str, Colour] = {
    "court": Colour(fill="#dce9f5", line="#0b4f8a", words="Court"),
    "police": Colour(fill="#e9e1f2", line="#5b3a8c", words="Police"),
    "child_protection": Colour(fill="#ddf0e6", line="#146b43", words="Children's services"),
    "service_provider": Colour(fill="#fbebd3", line="#8a4b00", words="Social services"),
    "health": Colour(fill="#f9e2ec", line="#8c1d55", words="Health"),
    "school": Colour(fill="#eaf0d2", line="#4b5e10", words="School"),
    "prosecution": Colour(fill="#dde3ea", line="#34495e", words="Prosecution"),
    "defense": Colour(fill="#d9eff2", line="#0b5c6b", words="Defense"),
    "youth_justice": Colour(fill="#e2e4f8", line="#3a3f9c", words="Youth justice"),
    "community": Colour(fill="#f4e6da", line="#7a4424", words="Community"),
    "family": Colour(fill="#f3f0e8", line="#5a5346", words="Minor and family"),
    "other": Colour(fill="#f2f2f2", line="#444444", words="Other"),
}
"""By kind of organization: ink on a fill reads at 13:1 or better, a line on white at 6:1."""

DARK: Mapping[str, str] = {
    PAPER: "#16181b",
    INK: "#f0f0f0",
    QUIET: "#b4b4b4",
    FRAME: "#7d7d7d",
    ALARM: "#ff9a76",
    ALARM_FILL: "#45190b",
    CLOSED: "#c9c9c9",
    CLOSED_FILL: "#2c2e31",
    "#dce9f5": "#122c44",
    "#0b4f8a": "#7db8ec",
    "#e9e1f2": "#2b2040",
    "#5b3a8c": "#bfa3ec",
    "#ddf0e6": "#12301f",
    "#146b43": "#6fcf9c",
    "#fbebd3": "#3a2506",
    "#8a4b00": "#f0b060",
    "#f9e2ec": "#3d1228",
    "#8c1d55": "#f08fbd",
    "#eaf0d2": "#262e0c",
    "#4b5e10": "#b9cf6a",
    "#dde3ea": "#202a34",
    "#34495e": "#a9bccf",
    "#d9eff2": "#0a2f36",
    "#0b5c6b": "#6cc7d6",
    "#e2e4f8": "#1f2150",
    "#3a3f9c": "#a8adf5",
    "#f4e6da": "#38200f",
    "#7a4424": "#e0a67f",
    "#f3f0e8": "#2b2822",
    "#5a5346": "#cdc4b0",
    "#f2f2f2": "#2a2a2a",
    "#444444": "#c4c4c4",
}
"""What each colour becomes on a dark page."""

FONTS = "Liberation Sans,Arial,Helvetica,DejaVu Sans Condensed"
"""Asked for in this order when a figure is laid out; all four run about equally wide."""
WEB_FONTS = '"Liberation Sans", Arial, Helvetica, "DejaVu Sans Condensed", sans-serif'

TITLE = 15.0
CARD_TITLE = 12.0
DETAIL = 10.5
SMALL = 10.0

CHIP = 18
"""Letters to a line in a chip, the small box of a member of a team."""

PORTRAIT = (7.0, 9.6)
LANDSCAPE = (9.6, 6.8)
"""Inches that fit both A4 and US Letter inside half-inch margins."""
SMALLEST_SCALE = 0.7
"""Below it the smallest text of a printed figure falls under 7 points."""

_WIDTHS = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jcksvxyz",
    556: "#$0123456789?L_abdeghnopqu",
    584: "+<=>~×",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1015: "@",
}
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_BOLD = 1.08
_OTHER_LETTER = 700


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide a line of text runs, from the widths of Liberation Sans.

    Units: points.
    """
    thousandths = sum(_WIDTH_OF.get(letter, _OTHER_LETTER) for letter in text)
    return thousandths * size / 1000 * (_BOLD if bold else 1.0)


def wrap(text: str, columns: int) -> tuple[str, ...]:
    """The text in lines of at most `columns` letters; layout engines never wrap."""
    return tuple(textwrap.wrap(text, columns)) or ("",)
