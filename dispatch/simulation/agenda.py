"""What is to happen, in order of time."""

import heapq
from collections.abc import Callable, Iterator

Action = Callable[[int], None]
"""Something that happens; it is told the second it happens at."""


class Agenda:
    """Actions by the second they happen at; those of one second in the order they were put in."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Action]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._heap)

    def put(self, at: int, action: Action) -> None:
        """Let ``action`` happen at second ``at``."""
        self._count += 1
        heapq.heappush(self._heap, (at, self._count, action))

    def next_s(self) -> int:
        """The second of the next action; the agenda must not be empty."""
        return self._heap[0][0]

    def batch(self) -> Iterator[Action]:
        """Take out all actions of the next second, those put in meanwhile included."""
        at = self.next_s()
        while self._heap and self._heap[0][0] == at:
            yield heapq.heappop(self._heap)[2]
