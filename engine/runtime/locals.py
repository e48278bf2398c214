"""Variables of loop instances, for whoever owns the variables: what hides what, where a value goes, what is collected.

Holds any values and stores nothing: the owner keeps `data` (plain dicts and lists of its own values, keys are strings)
beside the instance's variables and hands it back. Knows neither expressions nor forms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.runtime.drawn import Loop

LOOP_COUNTER = "loopCounter"


class Locals:
    """The loops that run in one instance, by the ids the runtime gives them (`host_id` a loop, `loop_id` an instance)."""

    def __init__(self, data: dict[str, dict[str, object]] | None = None) -> None:
        self.data: dict[str, dict[str, object]] = {} if data is None else data

    def begin(self, host_id: str, items: Sequence[object]) -> int:
        """A multi-instance activity begins with these items; how many they are."""
        self.data[host_id] = {"items": list(items), "results": {}}
        return len(items)

    def begin_instance(self, loop: Loop, host_id: str, instance_id: str, *, index: int, outer: str) -> None:
        """An instance begins; `outer` is the loop instance around the loop (empty: none)."""
        values: dict[str, object] = {LOOP_COUNTER: index + 1}
        self.data[instance_id] = {"of": host_id, "outer": outer, "values": values, "is_standard": loop.is_standard}
        if loop.item:
            values[loop.item] = self.data[instance_id]["item"] = self._host(host_id)[0][index]

    def end_instance(self, host_id: str, instance_id: str, *, index: int, result: object) -> None:
        """An instance is finished; its result is kept by its index until the loop ends."""
        if host_id in self.data:
            self._host(host_id)[1][str(index)] = result
        else:
            self.data.pop(instance_id, None)

    def results(self, host_id: str) -> list[object]:
        """What finished instances gave, in the order of the items."""
        found = self._host(host_id)[1]
        return [found[index] for index in sorted(found, key=int)]

    def every_result(self, host_id: str) -> list[object]:
        """What each item gave, null for those that are not finished."""
        items, found = self._host(host_id)
        return [found.get(str(index)) for index in range(len(items))]

    def host_of(self, loop_id: str) -> str:
        """The loop that this instance is one of; empty when it is none."""
        return str(self.data[loop_id]["of"]) if loop_id in self.data else ""

    def items_of(self, loop_id: str) -> list[object]:
        """The items of this loop instance and of those around it, the outermost first; its number where there is no item."""
        return [self.data[each].get("item", self._values(each)[LOOP_COUNTER]) for each in reversed(self._chain(loop_id))
                if not self.data[each]["is_standard"]]

    def end(self, host_id: str) -> None:
        """The loop is over or was taken away: forget it and its instances."""
        self.data.pop(host_id, None)
        for loop_id in [each for each, value in self.data.items() if value.get("of") == host_id]:
            del self.data[loop_id]

    def own(self, loop_id: str) -> dict[str, object]:
        """The values of one loop instance, without the counter."""
        return {name: value for name, value in self._values(loop_id).items() if name != LOOP_COUNTER}

    def seen(self, loop_id: str, variables: Mapping[str, object]) -> Mapping[str, object]:
        """The variables as an element in this loop instance sees them: the nearest hides the others."""
        if not loop_id:
            return variables
        found = dict(variables)
        for values in reversed(self.around(loop_id)):
            found |= values
        return found

    def around(self, loop_id: str) -> list[dict[str, object]]:
        """The values of this loop instance and of those around it, the nearest first: what is written there is kept."""
        return [self._values(each) for each in self._chain(loop_id)]

    def keep(self, loop_id: str, name: str, value: object) -> bool:
        """Write into the nearest multi-instance; False when there is none, and the variable is the process's."""
        found = self._keeper(loop_id)
        if found:
            self._values(found)[name] = value
        return bool(found)

    def keeps(self, loop_id: str) -> bool:
        """Whether what is written here stays in a loop instance."""
        return bool(self._keeper(loop_id))

    def _keeper(self, loop_id: str) -> str:
        return next((each for each in self._chain(loop_id) if not self.data[each]["is_standard"]), "")

    def assign(self, loop_id: str, name: str, value: object) -> bool:
        """Write where the name exists already; False when no loop instance around has it."""
        for each in self._chain(loop_id):
            if name in self._values(each):
                self._values(each)[name] = value
                return True
        return False

    def running(self) -> frozenset[str]:
        """The instances of all loops that have not ended."""
        return frozenset(each for each, value in self.data.items() if "of" in value)

    def chain(self, loop_id: str) -> frozenset[str]:
        """This loop instance and those around it."""
        return frozenset(self._chain(loop_id))

    def _chain(self, loop_id: str) -> list[str]:
        """This loop instance and those around it."""
        found = []
        while loop_id in self.data:
            found.append(loop_id)
            loop_id = str(self.data[loop_id]["outer"])
        return found

    def _values(self, loop_id: str) -> dict[str, object]:
        values = self.data[loop_id]["values"]
        assert isinstance(values, dict)
        return values

    def _host(self, host_id: str) -> tuple[list[object], dict[str, object]]:
        items, results = self.data[host_id]["items"], self.data[host_id]["results"]
        assert isinstance(items, list) and isinstance(results, dict)
        return items, results
