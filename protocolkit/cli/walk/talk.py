"""The talk of a walk: what somebody types, line by line, and what is answered.

Everything typed is a command, a way of acting, a number of the list, a name or a time; nothing
that is typed can do harm, and every step can be taken back. Imports the other parts of the walk.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from protocolkit.cli.files import SCENARIOS, beside
from protocolkit.cli.screen import Screen, plainly
from protocolkit.cli.walk.asking import Asking, numbered
from protocolkit.cli.walk.course import Course, Taken
from protocolkit.cli.walk.deeds import read, words_of
from protocolkit.cli.walk.forms import ACTS, WAIT, Deed
from protocolkit.cli.walk.moments import HOW, looks_like_a_time, moment
from protocolkit.cli.walk.story import acted_out, text_of
from protocolkit.cli.walk.telling import Words
from protocolkit.ground.errors import ProtocolkitError, UsageError
from protocolkit.ground.nearest import did_you_mean
from protocolkit.language.reading import Reading
from protocolkit.semantics.actors import Actor

HELP = f"""\
A number does what stands beside it in the list. Or say what is done, and with what:
  report by=officer danger=true          an act; `do` may stand before it
  complete notify/1 item=guardian        a follow-up, or one part of it
  open, adopt, record danger=true, correct danger=false, assign caseworker=c-3
  set team for="friday 10:00" meeting=m-1, move, call_off, hold m-1 officer=o-1 judge=j-1
  decline, waive, extend notify until="+2 days" reason=r-3, void 4, close_days
Beside every one: by=ROLE as=PERSON at=TIME in=programme. What is missing is asked for.
  as officer o-1     acts from now on; `as` alone: ask again each time
  wait TIME, next    time goes on; `next`: until something happens
                     {HOW}
  can, why ACT, show, todo, coming, steps
  undo, save FILE, quit"""


class Over(Exception):
    """Nobody answers any more, or the walk is left."""


class Talk:
    """One walk, from its first line to its last."""

    def __init__(self, screen: Screen, reading: Reading, course: Course) -> None:
        self.screen = screen
        self.reading = reading
        self.course = course
        self.words = Words(reading, course, screen.width)
        self.asking = Asking(course, self.ask, self.when)
        self.offered: list[tuple[str, str]] = []
        self.written: set[Path] = set()
        self.is_terminal = sys.stdin is not None and sys.stdin.isatty()
        self.unread: list[str] = []

    def go(self) -> None:
        """Talk until nobody wants to any more. Raises nothing for what is typed."""
        self._stand()
        try:
            while True:
                self._obey(self.unread.pop() if self.unread else self._line("> "))
        except Over:
            return
        except KeyboardInterrupt:
            self.screen.say("")

    def ask(self, question: str) -> str:
        """What is answered to a question.

        Raises: Over: nobody answers. UsageError: in a file, the next step stands there instead;
        it is kept and done as such.
        """
        answer = self._line(question)
        if not self.is_terminal and self._is_command(answer):
            self.unread.append(answer)
            raise UsageError("That was not answered, so nothing was done; the next line is a step.")
        return answer

    def _line(self, question: str) -> str:
        """The next line that somebody types. Raises: Over: there is none."""
        answer = self.screen.ask(question if self.is_terminal else "")
        if answer is None:
            raise Over
        if not self.is_terminal:  # so that what was read from a file can be followed
            self.screen.say(f"{question}{answer}".rstrip())
        return answer

    def when(self, text: str) -> datetime:
        """A time that was typed. Raises: UsageError."""
        found = moment(text, self.course.now, self.words.times)
        while self.words.times.remarks:
            self.screen.say(self.words.times.remarks.pop())
        return found

    def _is_command(self, line: str) -> bool:
        """Whether a line can be no answer to a question, but is a step of its own."""
        first, *rest = line.split() or [""]
        protocol = self.course.protocol
        values = (value for fact in protocol.facts.values() for value in fact.values)
        if first in protocol.roles or first in values or looks_like_a_time(line):
            return False
        if first in _COMMANDS or first.replace("-", "_") in ACTS:
            return True
        return any("=" in word for word in rest) and bool(self._kind(first))

    # -- commands ----------------------------------------------------------------------

    def _obey(self, line: str) -> None:
        try:
            self._do(line)
        except ProtocolkitError as error:  # a slip, or something that this walk cannot do
            self.screen.say(f"{error}")
        except OSError as error:
            self.screen.say(plainly(error))

    def _do(self, line: str) -> None:
        words = words_of(line)
        if not words:
            return
        name, rest = words[0].lower(), words[1:]
        if line.isascii() and line.isdigit():
            self._choose(line)
        elif name in _COMMANDS:
            _COMMANDS[name](self, rest)
        elif (kind := name.replace("-", "_")) in ACTS:
            self._act(kind, rest)
        elif likely := self._kind(words[0]):
            self._act(likely, words)
        elif looks_like_a_time(line):
            self._wait(words)
        else:
            known = [*_COMMANDS, *ACTS, *self.course.protocol.triggers]
            raise UsageError(f"`{words[0][:40]}`: what is that? {_asked(words[0], known)}")

    def _kind(self, name: str) -> str:
        """The likeliest way of acting for a name of the protocol; "" if it is none."""
        protocol = self.course.protocol
        if name in protocol.triggers or name in protocol.links:
            return "do"
        return "complete" if name.partition("/")[0] in protocol.follow_ups else ""

    def _choose(self, line: str) -> None:
        chosen = numbered(line, self.offered)
        if chosen is None:
            raise UsageError(f"The list ends with {len(self.offered)}; `can` shows it.")
        kind, what = chosen
        if kind == "next":
            self._next([])
        else:
            self._act(kind, [what] if what else [], everything=True)

    def _act(self, kind: str, words: list[str], *, everything: bool = False) -> None:
        deed = read(kind, words, self.course.protocol, self.when)
        deed = self.asking.whole(deed, everything=everything)
        self._tell(self.course.take(deed))

    def _wait(self, words: list[str]) -> None:
        text = " ".join(words) or self.ask(f"until when? ({HOW}) ")
        at = self.when(text)
        if at < self.course.now:
            raise UsageError("Time does not go back; `undo` takes the last step back.")
        self._tell(self.course.take(Deed(kind=WAIT, at=at)))

    def _next(self, _words: list[str]) -> None:
        taken = self.course.until_something_happens()
        if taken is None:
            raise UsageError("Time alone does nothing more.")
        self._tell(taken)

    def _undo(self, _words: list[str]) -> None:
        deed = self.course.undo()
        if deed is None:
            raise UsageError("There is no step to take back.")
        self.screen.say(self.words.line(f"Taken back: {self.words.deed(deed)}"))
        self._stand()

    def _as(self, words: list[str]) -> None:
        self.asking.acting = self.asking.actor(" ".join(words)) if words else ((), "")
        roles, person = self.asking.acting
        self.screen.say(f"{', '.join(roles) or 'Whoever you say'} {person}".strip() + " acts now.")

    def _why(self, words: list[str]) -> None:
        if not words:
            raise UsageError("Say what it is about: why ACT by=ROLE.")
        kind = self._kind(words[0]) or "do"
        deed = self.asking.whole(
            read(kind, words, self.course.protocol, self.when), everything=False
        )
        case = self.course.case_of(deed.where)
        actor: Actor = self.course.actor(deed)
        found = self.course.engine.why(case, deed.what, by=actor)
        may = "may" if found.allowed else "may not"
        self.screen.say(f"{actor.id} {may} do `{deed.what}` now.")
        self._say(self.words.reasons((*found.reasons, *found.asks)))

    def _save(self, words: list[str]) -> None:
        if not words or len(words) > 2:
            raise UsageError("Say where: save FILE, or save FILE NAME.")
        self.save(Path(words[0]), words[1] if len(words) == 2 else "walk")

    def save(self, path: Path, name: str = "walk") -> None:
        """Write the walk as a file of scenarios. Raises: UsageError, OSError."""
        path = self.free(path)
        name = "".join(sign if sign.isalnum() else "_" for sign in name.lower())[:60].strip("_")
        protocol = beside(path.parent, self.reading.file)
        text = text_of(self.course, protocol, name or "walk", "A walk through the protocol")
        path.write_text(text, encoding="utf-8", newline="\n")
        self.written.add(path.resolve())
        results = acted_out(text, path)
        self.screen.say(f"wrote {path}, {len(self.course.taken)} steps")
        for finding in results.findings:
            self.screen.say(self.words.line(f"but it cannot be acted out: {finding.message}"))
        for outcome in results.outcomes:
            for difference in outcome.differences:
                self.screen.say(self.words.line(f"but acted out it differs: {difference}"))

    def keep(self, path: Path) -> None:
        """Write the walk when it ends, if there is something to keep."""
        try:
            self.save(path)
        except UsageError as error:
            self.screen.note(f"{error}")

    def free(self, path: Path) -> Path:
        """The file of scenarios that is meant. Raises: UsageError: it is somebody else's."""
        if not path.name.endswith(SCENARIOS):
            path = path.with_name(f"{path.name}{SCENARIOS[0]}")
        if path.exists() and path.resolve() not in self.written:
            raise UsageError(f"{path} is there already, and nothing is written over.")
        return path

    def _show(self, _words: list[str]) -> None:
        self._say(self.words.whole())

    def _todo(self, _words: list[str]) -> None:
        self._say(self.words.due())

    def _coming(self, _words: list[str]) -> None:
        self._say(self.words.coming(), "Time alone will do nothing.")

    def _steps(self, _words: list[str]) -> None:
        self._say(self.words.steps(), "There is no step yet.")

    def _can(self, _words: list[str]) -> None:
        self._offer()

    def _help(self, _words: list[str]) -> None:
        self.screen.say(HELP)

    def _quit(self, _words: list[str]) -> None:
        raise Over

    # -- telling -----------------------------------------------------------------------

    def _say(self, lines: Iterator[str], otherwise: str = "Nothing.") -> None:
        found = list(lines) or [otherwise]
        for line in found:
            self.screen.say(line)

    def _tell(self, taken: Taken) -> None:
        self._say(self.words.taken(taken))
        if taken.reasons and taken.is_idle:
            self.screen.say(self.words.clock())
        else:
            self._stand()

    def _stand(self) -> None:
        """Where the walk is: time, states, what is owed, what can be done."""
        self.screen.say("")
        self.screen.say(self.words.clock())
        for line in self.words.due():
            self.screen.say(line)
        self._offer()

    def _offer(self) -> None:
        """What can be done now and by whom, with numbers."""
        self.offered = []
        lines = []
        for kind, what, said in self._possible():
            self.offered.append((kind, what))
            lines.append(self.words.line(f"{len(self.offered):>2} {said}", 1))
        self.screen.say("Can be done:" if lines else "Nothing can be done any more.")
        for line in lines:
            self.screen.say(line)

    def _possible(self) -> Iterator[tuple[str, str, str]]:
        course, protocol = self.course, self.course.protocol
        if course.case_of("") not in course.cases:
            yield "open", "", "open a case"
            return
        standing = course.standing()
        for name, able in course.engine.who_can(standing.id).items():
            who = " or ".join(
                f"{one.title} {one.person}".strip() for one in able if one.title or one.person
            )
            yield "do", name, f"{name}: {who}" if who else name
        for one in standing.open:
            if not one.done_by:
                yield "complete", one.instance, f"complete {one.instance}: {one.who}"
        if not standing.is_closed:
            for meeting in standing.meetings:
                if meeting.status == "set":
                    yield "hold", meeting.id, f"hold {meeting.id}"
            for name, meeting_rule in protocol.meetings.items():
                if meeting_rule.scope != "programme":
                    yield "set", name, f"set {name}"
        coming = next(iter(course.coming()), None)
        if coming is not None:
            yield "next", "", f"wait until {self.words.times.until(coming.at)}: {coming.text}"


def _asked(name: str, known: list[str]) -> str:
    hint = did_you_mean(name, known)
    return f"{hint[:1].upper()}{hint[1:]}" if hint.endswith("?") else "? shows what can be said."


_COMMANDS: Mapping[str, Callable[[Talk, list[str]], None]] = {
    "?": Talk._help,
    "help": Talk._help,
    "as": Talk._as,
    "wait": Talk._wait,
    "next": Talk._next,
    "can": Talk._can,
    "why": Talk._why,
    "show": Talk._show,
    "todo": Talk._todo,
    "coming": Talk._coming,
    "steps": Talk._steps,
    "undo": Talk._undo,
    "save": Talk._save,
    "quit": Talk._quit,
    "exit": Talk._quit,
    "q": Talk._quit,
}
"""What can be typed beside ways of acting, names and times."""
