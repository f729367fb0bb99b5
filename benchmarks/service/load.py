"""Requests sent at fixed moments, whether or not earlier ones are answered.

Latency counts from the moment a request was due, so that a server that stops for a second is not
spared the requests that would have come meanwhile. Run as a process of its own, so that the load
does not share an interpreter with what checks the answers.
"""

import http.client
import json
import sys
import threading
from collections import Counter
from dataclasses import dataclass
from time import monotonic, sleep

_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a request: milliseconds since it was due, and how it was answered."""

    ms: float
    status: int
    slots: int


def drive(host: str, token: str, bodies: list[bytes], *, per_s: float, count: int) -> list[Sent]:
    """Asks for slots ``count`` times at a steady rate."""
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    begin_s = monotonic() + 0.5
    lock = threading.Lock()
    numbers = iter(range(count))
    sent: list[Sent] = []

    def work() -> None:
        connection = http.client.HTTPConnection(host, timeout=30)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                connection.close()
                return
            due_s = begin_s + number / per_s
            sleep(max(0.0, due_s - monotonic()))
            connection.request("POST", "/v1/slots", bodies[number % len(bodies)], headers)
            response = connection.getresponse()
            content = response.read()
            ms = (monotonic() - due_s) * 1_000
            slots = content.count(b'"added_cost_fen"')
            sent.append(Sent(ms, response.status, slots))

    threads = [threading.Thread(target=work) for _ in range(_CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sent


def main() -> None:
    """Reads what to do from standard input, and writes what came of it to standard output."""
    asked = json.load(sys.stdin)
    sent = drive(
        asked["host"],
        asked["token"],
        [body.encode() for body in asked["bodies"]],
        per_s=asked["per_s"],
        count=asked["count"],
    )
    statuses = Counter(one.status for one in sent)
    json.dump(
        {
            "ms": [round(one.ms, 3) for one in sent],
            "statuses": {str(status): count for status, count in statuses.items()},
            "slots": sum(one.slots for one in sent),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
