"""How hard a text is to read: the school grade by Flesch and Kincaid.

Code, tables and headings do not count; a name between backticks is read as one short word.
"""

from __future__ import annotations

import re

_VOWELS = re.compile(r"[aeiouy]+")


def prose(markdown: str) -> str:
    """What is read as sentences."""
    text = re.sub(r"^```.*?^```$", "", markdown, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^(#|\||<).*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"`[^`]*`", "it", text)


def sentences(text: str) -> list[str]:
    """The sentences of a text; an item of a list and a paragraph end one."""
    parts = re.split(r"(?<=[.!?])[\"')*]*\s+|\n\n+|\n- ", text.strip())
    return [part for part in parts if re.search(r"[a-zA-Z]", part)]


def syllables(word: str) -> int:
    """About how many; a silent e at the end and in -ed does not count."""
    word = word.lower()
    count = len(_VOWELS.findall(word))
    if re.search(r"[^aeiouyl]e$|[^aeiouytd]e[ds]$", word) and not re.search(
        r"([sxz]|ch|sh|[cg])es$", word
    ):
        count -= 1
    return max(count, 1)


def grade(markdown: str) -> float:
    """The school grade in which a text is read with ease."""
    text = prose(markdown)
    words = re.findall(r"[A-Za-z']+", text)
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences(text)) + 11.8 * spoken / len(words) - 15.59
