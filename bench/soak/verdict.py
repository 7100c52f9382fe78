"""Whether a house that was struck holds what it must, and told what it should."""

import time
from collections import Counter
from collections.abc import Callable

from bench.soak.house import House
from gateway.store.interface import StoreError
from sensors.wire.instant import from_ns, to_wire
from tests.faults.mailbox import told
from tests.faults.publishers import Told

SETTLES_S = 240.0
CATCHES_UP_S = 60.0
SHOWN = 10
GAP_NS = 2_000_000_000


def judge(house: House) -> list[str]:
    """What is wrong with it, in sentences, once all is over and every device has told the last it had."""
    house.crowd.calm()
    _waits(lambda: not _untold(house))
    for device in house.devices:
        device.finish()
    confirmed = _confirmed(house)
    _waits(lambda: confirmed <= set(_held(house)))
    held = Counter(_held(house))
    double = sorted(one for one, times in held.items() if times > 1)
    found = _some("missing in the store", sorted(confirmed - held.keys()))
    found += _some("in the store and never confirmed", sorted(held.keys() - confirmed))
    found += _some("in the store twice", double)
    found += _untold(house) + _told_twice(house)
    found += [
        f"a traceback in {name}.log"
        for name in ("gateway", "dashboard")
        if "Traceback" in house.log(name)
    ]
    print(
        f"{len(confirmed):,} readings confirmed, {len(held):,} in the store; {len(house.crowd.over)} rooms over "
        f"their limit, {len(house.inbox.mails)} mails"
    )
    return found


def so_far(house: House) -> str:
    """Whether what is confirmed by now is there, while the devices go on."""
    confirmed = _confirmed(house)
    missing = confirmed - set(_held(house))
    until = time.monotonic() + CATCHES_UP_S
    while missing and time.monotonic() < until:
        time.sleep(1)
        missing = confirmed - set(_held(house))
    if not missing:
        return f"{len(confirmed):,} readings confirmed, and all there"
    return "; ".join(_some("missing after a minute", sorted(missing)))


def _confirmed(house: House) -> set[Told]:
    return set[Told]().union(*(device.confirmed.copy() for device in house.devices))


def _held(house: House) -> list[Told]:
    try:
        return house.held()
    except StoreError:
        return []


def _untold(house: House) -> list[str]:
    """Who was not told that it began or that it is over."""
    found = []
    for breach in house.crowd.over:
        kinds = {kind for _, kind in told(house.inbox.of(breach.organiser))}
        found += [
            f"{breach.organiser} was never told: {kind}"
            for kind in ("firing", "over")
            if kind not in kinds
        ]
    return found


def _told_twice(house: House) -> list[str]:
    found = []
    for breach in house.crowd.over:
        alerts = told(house.inbox.of(breach.organiser))
        kinds = Counter(kind for _, kind in alerts)
        if set(alerts.values()) | set(kinds.values()) > {1}:
            found.append(f"{breach.organiser} was told more than once: {dict(alerts)}")
    return found


def _some(what: str, readings: list[Told]) -> list[str]:
    """How many, and when they were told: spans without a gap of ``GAP_NS``."""
    spans: list[list[int]] = []
    for at_ns in sorted(at_ns for _, at_ns, _ in readings):
        if spans and at_ns - spans[-1][1] < GAP_NS:
            spans[-1] = [spans[-1][0], at_ns, spans[-1][2] + 1]
        else:
            spans.append([at_ns, at_ns, 1])
    shown = ", ".join(
        f"{number} from {to_wire(from_ns(first))} to {to_wire(from_ns(last))}"
        for first, last, number in spans[:SHOWN]
    )
    return [f"{len(readings)} {what}: {shown}"] if readings else []


def _waits(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + SETTLES_S
    while not condition() and time.monotonic() < until:
        time.sleep(1)
