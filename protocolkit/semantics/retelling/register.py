"""What is the same thing in two tellings of one case: names that do not depend on the telling.

An entry that people made is the same in every telling; what followed from it is known by what
it followed from: an occurrence by the follow-up it happened to, a follow-up by what opened it
(ruling 9). Imports the case and its changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import Change

Name = tuple[Any, ...]
"""What a thing is called in every telling."""


PERIOD = 4
"""The place of the period in the name of a follow-up; what stands before is its rhythm's."""


class Register:
    """The names of what happened and opened in one telling, in the order in which it is told.

    What is `void_occurrences` and `void_instances` in the end has names too, but does not take
    those of what counts.
    """

    def __init__(
        self, void_occurrences: Collection[int] = (), void_instances: Collection[str] = ()
    ) -> None:
        self._void_occurrences = void_occurrences
        self._void_instances = void_instances
        self._taken: dict[Name, int] = {}
        self.order: list[tuple[str, Name]] = []
        self.occurrences: dict[Name, int] = {}
        self.instances: dict[Name, str] = {}
        self.series: dict[Name, str] = {}
        self.void: dict[Name, list[int]] = {}
        self.withdrawn: dict[Name, str] = {}
        self.name_of: dict[int, Name] = {}
        self.name_of_instance: dict[str, Name] = {}
        self.name_of_series: dict[str, Name] = {}

    def keep(self, case: Case) -> None:
        """Take in what a case holds as it went on under another text: it is the same in every
        telling, since none goes back beyond that.
        """
        for one in case.occurrences:
            void = one.number in {*self._void_occurrences, *case.void_occurrences}
            name: Name = ("kept", one.number)
            self.name_of[one.number] = name
            if void:
                self.void.setdefault(name, []).append(one.number)
            else:
                self.occurrences[name] = one.number
        for instance in case.instances.values():
            name = (instance.follow_up, "kept", instance.item, instance.holder, 0, instance.id)
            self.name_of_instance[instance.id] = name
            if instance.void:
                self.withdrawn[name] = instance.id
            else:
                self.instances[name] = instance.id
        for series in case.series:
            self.series["kept", series] = series
            self.name_of_series[series] = ("kept", series)

    def take(self, entry: int, changes: Iterable[Change]) -> None:
        """Take in what an entry told; 0 for what only time did."""
        said = 0
        for change in changes:
            match change:
                case ch.Happened() if change.number not in self.name_of:
                    of = self.name_of_instance.get(change.of)
                    if of is not None and of[0] == change.name:
                        self._occurrence(change.number, (change.name, change.event, of))
                    else:
                        said += 1
                        self._occurrence(change.number, ("entry", entry, said))
                case ch.Opened():
                    self._instance(change)
                case ch.NextPeriod() if change.series not in self.name_of_series:
                    base = self._base(change.opener, change.visit, change.series_at)
                    name = self._next((change.follow_up, base))
                    self.series[name] = change.series
                    self.name_of_series[change.series] = name

    def _occurrence(self, number: int, base: Name) -> None:
        void = number in self._void_occurrences
        name = self._next(base, void=void)
        self.name_of[number] = name
        if void:
            self.void.setdefault(name, []).append(number)
        else:
            self.occurrences[name] = number
            self.order.append(("occurrence", name))

    def _instance(self, change: ch.Opened) -> None:
        base = self._base(change.opener, change.visit, change.at)
        void = change.instance in self._void_instances
        wanted = (change.follow_up, base, change.item, change.holder, change.period)
        name = self._next(wanted, void=void)
        self.name_of_instance[change.instance] = name
        if void:
            self.withdrawn[name] = change.instance
        else:
            self.instances[name] = change.instance
            self.order.append(("instance", name))

    def _base(self, opener: int, visit: str, at: Any) -> Name:
        """What something followed from: an occurrence, a visit to a state, a moment."""
        if opener:
            return self.name_of[opener]
        return ("visit", visit) if visit else ("when", at)

    def _next(self, base: Name, *, void: bool = False) -> Name:
        """The name of the next one of a kind."""
        key = ("void", base) if void else base
        self._taken[key] = self._taken.get(key, 0) + 1
        return (*base, self._taken[key])
