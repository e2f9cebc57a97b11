"""Reading the words of a command: argparse, with messages for people.

A fault is a `UsageError`, so that all faults are told in one place. Imports the screen.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from protocolkit.cli.screen import Screen
from protocolkit.ground.errors import UsageError
from protocolkit.ground.nearest import did_you_mean

WIDTH = 96


class Parser(argparse.ArgumentParser):
    """The arguments of one command. `later` maps options that are not there yet to a word."""

    def __init__(self, prog: str, description: str, examples: str = "") -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=f"examples:\n{examples}" if examples else None,
            # With a width argparse need not ask the terminal, which costs more than parsing.
            formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=WIDTH),
            allow_abbrev=False,
            add_help=False,
        )
        self.color = False
        self.later: dict[str, str] = {}
        self.add_argument("-h", "--help", action="store_true", help="show this and end")

    def read(self, words: Sequence[str], screen: Screen) -> argparse.Namespace | None:
        """The options that the words give; None when they ask for help, which is then shown.

        Raises: UsageError: they do not make sense.
        """
        before = words[: words.index("--")] if "--" in words else words
        if "-h" in before or "--help" in before:  # whatever else they say
            screen.say(self.format_help().rstrip())
            return None
        for word in before:
            if word.startswith("--") and word.partition("=")[2] == "--":
                self.error(f"`{word}` gives no value.")  # argparse would give an empty list
        found, unknown = self.parse_known_intermixed_args(list(words))
        if unknown:
            self.error(self._unknown(unknown[0]))
        return found

    def error(self, message: str) -> NoReturn:
        """Raises: UsageError: always."""
        for ours, theirs in _OURS:
            message = message.replace(theirs, ours)
        raise UsageError(f"{message}\nSee `{self.prog} --help`.")

    def _unknown(self, word: str) -> str:
        option = word.partition("=")[0]
        if not option.startswith("-"):
            return f"`{word}` is one word too many."
        if option in self.later:
            return f"`{option}` comes with a later release: {self.later[option]}."
        names = [name for action in self._actions for name in action.option_strings]
        return f"There is no option `{option}`. {_sentence(did_you_mean(option, names))}"


_OURS = (
    ("missing: ", "the following arguments are required: "),
    ("missing, one of: ", "one of the following arguments is required: "),
)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith("?") else ".")
