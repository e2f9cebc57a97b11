"""The file that says where notices go: TOML, with its JSON Schema, and with messages for people.

Secrets never stand in it: it names the file or the environment variable that holds them.
Imports the channels.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from protocolkit.ground.errors import UsageError
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import Record
from protocolkit.ground.schemas import DRAFT, Shape, listed, text
from protocolkit.workers.channels import Channel
from protocolkit.workers.mailing import Mailing
from protocolkit.workers.webhook import Webhook

LARGEST = 1_000_000
"""A file with more bytes than this is none of ours."""

LONGEST_SECRET = 10_000

_ID = "^[a-z][a-z0-9_-]{0,63}$"
_INLINE = ("secret", "password", "token", "key")


class WorkerConfig(Record):
    """What a worker is told by its file."""

    channels: tuple[Channel, ...] = ()


def schema() -> Shape:
    """The JSON Schema of the file."""
    link = text(
        "What the address of a case in your own system begins with; its id is put behind it.",
        pattern="^https?://",
    )
    items = {"oneOf": list(_kinds().values())}
    return {
        "$schema": DRAFT,
        "title": "Where the workers of protocolkit send notices",
        "description": "What the file of `protocolkit work --config` may say.",
        "type": "object",
        "properties": {
            "link": link,
            "channel": {
                "description": "The ways out; a notice goes to every channel that serves its role.",
                "type": "array",
                "items": items,
            },
        },
        "additionalProperties": False,
    }


def _kinds() -> dict[str, Shape]:
    """What a channel of each kind may say."""
    name = text("What you call it: it stands in logs, and must stay the same.", pattern=_ID)
    roles = {**listed("The roles whose notices go here; left out: all."), "minItems": 1}
    file = text("The file that holds it, from the folder of this file on.", minLength=1)
    variable = text("The environment variable that holds it.", pattern="^[A-Za-z_][A-Za-z0-9_]*$")
    common = {"name": name, "roles": roles, "secret_file": file, "secret_env": variable}
    one_secret = [{"required": ["secret_file"]}, {"required": ["secret_env"]}]
    return {
        "webhook": {
            "description": "A web address that gets signed messages (Standard Webhooks).",
            "type": "object",
            "properties": {
                "kind": {"const": "webhook"},
                "url": text("The address, with https://.", minLength=1),
                "ca_file": text("Certificates of your own to trust.", minLength=1),
                **common,
            },
            "required": ["name", "kind", "url"],
            "oneOf": one_secret,
            "additionalProperties": False,
        },
        "apprise": {
            "description": "Mail, text message and the like; the secret is the Apprise address.",
            "type": "object",
            "properties": {"kind": {"const": "apprise"}, **common},
            "required": ["name", "kind"],
            "oneOf": one_secret,
            "additionalProperties": False,
        },
    }


def read(path: str, environment: Mapping[str, str] = os.environ) -> WorkerConfig:
    """What a file says, its channels ready.

    Raises: UsageError: something in it is not right, with its line. OSError: it cannot be opened.
    """
    file = Path(path)
    with file.open("rb") as stream:
        raw = stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise UsageError(f"{path}: this is too long for a worker's config.")
    try:
        source = raw.decode("utf-8-sig")
        data = tomllib.loads(source)
    except UnicodeDecodeError:
        raise UsageError(f"{path}: this is not UTF-8 text.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: this is not TOML: {error}.") from None
    except ValueError:
        raise UsageError(f"{path}: a number in it is too long.") from None
    except RecursionError:
        raise UsageError(f"{path}: this is nested too deeply.") from None
    return _Reader(path, source, data, environment).config()


class _Reader:
    """Checks what was read and makes the channels."""

    def __init__(
        self, path: str, source: str, data: Mapping[str, Any], environment: Mapping[str, str]
    ) -> None:
        self.path = path
        self.folder = Path(path).parent
        self.lines = source.splitlines()
        self.data = data
        self.environment = environment

    def config(self) -> WorkerConfig:
        """Raises: UsageError: something is not right."""
        whole = schema()
        del whole["properties"]["channel"]["items"]  # each is asked by its own kind, below
        self._check(whole, self.data, ())
        link = self.data.get("link", "")
        channels: list[Channel] = []
        names: set[str] = set()
        for number, one in enumerate(self.data.get("channel", ())):
            place = ("channel", number)
            channel = self._channel(one, place, link)
            if channel.name in names:
                self._wrong((*place, "name"), f"there are two channels `{channel.name}`")
            names.add(channel.name)
            channels.append(channel)
        if not channels:
            self._wrong((), "there is no [[channel]], so nothing would be sent")
        return WorkerConfig(channels=tuple(channels))

    def _channel(self, one: Any, place: tuple[str | int, ...], link: str) -> Channel:
        kinds = _kinds()
        if not isinstance(one, dict):
            self._wrong(place, "a channel begins with [[channel]]")
        kind = one.get("kind")
        if not isinstance(kind, str) or kind not in kinds:
            said = f"`kind` must be one of: {', '.join(kinds)}"
            self._wrong((*place, "kind"), said)
        for key in one:
            if key in _INLINE:
                self._wrong(
                    (*place, key),
                    f"`{key}` must not stand here: this file is copied and shown. Put it into a "
                    "file or an environment variable of its own and name that: `secret_file` or "
                    "`secret_env`",
                )
        if ("secret_file" in one) == ("secret_env" in one):
            self._wrong(place, "a channel has either `secret_file` or `secret_env`")
        self._check(kinds[kind], one, place)
        secret = self._secret(one, place)
        roles = frozenset(one["roles"]) if "roles" in one else None
        try:
            if kind == "apprise":
                return Mailing(one["name"], secret, roles=roles, link=link)
            ca_file = one.get("ca_file")
            return Webhook(
                one["name"],
                one["url"],
                secret.split(),
                roles=roles,
                link=link,
                ca_file=ca_file and str(self.folder / ca_file),
            )
        except UsageError as error:
            key = "url" if str(error).startswith("`url`") else "name"
            self._wrong((*place, key), f"`{one['name']}`: {str(error).rstrip('.')}")

    def _secret(self, one: Mapping[str, str], place: tuple[str | int, ...]) -> str:
        if "secret_env" in one:
            name = one["secret_env"]
            found = self.environment.get(name, "").strip()
            if not found:
                self._wrong((*place, "secret_env"), f"the environment has no `{name}`")
            return found
        file = self.folder / one["secret_file"]
        try:
            with file.open(encoding="utf-8-sig") as stream:
                found = stream.read(LONGEST_SECRET).strip()
        except (OSError, ValueError):  # nor is a name with a character 0, or what is no text
            found = ""
        if not found:
            self._wrong((*place, "secret_file"), f"{file} cannot be read, or is empty")
        return found

    def _check(self, shape: Shape, data: Any, place: tuple[str | int, ...]) -> None:
        """Raises: UsageError: the first thing that the schema does not take."""
        # Imported late: a worker without a file does not need it.
        from jsonschema import Draft202012Validator

        validator = Draft202012Validator(shape)  # it refers to nothing, so nothing is fetched
        try:
            errors = list(validator.iter_errors(data))
        except ValueError:  # it repeats the value, and no number of that length can be written
            self._wrong(place, "a number in it is too long")
        found = sorted(
            errors,
            # A word that is not known first: one that is missing may be just that, misspelt.
            key=lambda one: (one.validator != "additionalProperties", list(map(str, one.path))),
        )
        for error in found:
            where = (*place, *error.absolute_path)
            name = next((str(part) for part in reversed(where) if isinstance(part, str)), "")
            match error.validator:
                case "additionalProperties":
                    known = shape["properties"]
                    key = next(key for key in data if key not in known)
                    near = did_you_mean(key, known)
                    self._wrong((*where, key), f"there is no `{key}` here; {near}")
                case "required":
                    missing = next(key for key in shape["required"] if key not in data)
                    self._wrong(where, f"`{missing}` is missing")
                case "oneOf":
                    self._wrong(where, "a channel has either `secret_file` or `secret_env`")
                case _:
                    about = _described(shape, error.absolute_path)
                    self._wrong(where, f"`{name}` is not right. {about}")

    def _wrong(self, place: Sequence[str | int], message: str) -> NoReturn:
        line = self._line(place)
        where = f"{self.path}:{line}" if line else self.path
        end = "" if message.endswith(("?", ".")) else "."
        raise UsageError(f"{where}: {message}{end}")

    def _line(self, place: Sequence[str | int]) -> int:
        """The line in which something stands, as far as it can be found; 0: it cannot."""
        first, last, found = 0, len(self.lines), 0
        if len(place) > 1 and place[0] == "channel":
            heads = [*self._lines(r"\s*\[\[\s*channel\s*\]\]"), last]
            if int(place[1]) + 1 >= len(heads):
                return self._line(place[:1])  # not written as [[channel]]
            first, last = heads[int(place[1])], heads[int(place[1]) + 1]
            found = first + 1
            place = place[2:]
        if place:
            key = rf"[\s\[]*[\"']?{re.escape(str(place[0]))}[\"']?\s*[\]=.]"
            found = next((n + 1 for n in self._lines(key) if first <= n < last), found)
        return found

    def _lines(self, pattern: str) -> Iterator[int]:
        return (n for n, line in enumerate(self.lines) if re.match(pattern, line))


def _described(shape: Shape, path: Sequence[str | int]) -> str:
    """What the schema says of the place that is wrong."""
    said = str(shape.get("description", ""))
    for part in path:
        shape = shape["properties"][part] if isinstance(part, str) else shape.get("items", {})
        said = str(shape.get("description", said))
    return said
