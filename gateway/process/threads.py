"""The threads of a process: one that dies takes the process down, and says which and why."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

Work = Callable[[threading.Event], None]


@dataclass(frozen=True, slots=True)
class Death:
    """A thread that ended while it should have gone on."""

    name: str
    why: str


class Threads:
    """Named threads, each with a ``stop`` of its own so that they can be stopped one after
    another.
    """

    def __init__(
        self,
        over: threading.Event,
        foreseen: tuple[type[Exception], ...] = (),
        *,
        on_end: Callable[[str, str | None], None] = lambda _name, _why: None,
        join: Callable[[threading.Thread, float], None] = threading.Thread.join,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``over`` is set when a thread dies; of what is ``foreseen`` the message says all, of anything
        else the traceback is logged. ``on_end`` is told on each thread that it ends, and why where it was
        not told to.
        """
        self._over = over
        self._foreseen = foreseen
        self._on_end = on_end
        self._join = join
        self._monotonic = monotonic
        self._members: dict[str, tuple[threading.Thread, threading.Event]] = {}
        self._death: Death | None = None

    @property
    def death(self) -> Death | None:
        """The first thread that died."""
        return self._death

    def start(self, name: str, work: Work) -> None:
        """Start a thread that runs ``work`` until its stop is set."""
        stop = threading.Event()
        arguments = (name, work, stop)
        thread = threading.Thread(target=self._run, args=arguments, name=name, daemon=True)
        self._members[name] = (thread, stop)
        thread.start()

    @property
    def running(self) -> tuple[str, ...]:
        """The names of those that have not ended, in the order in which they were started."""
        return tuple(name for name, (thread, _) in self._members.items() if thread.is_alive())

    def stop(self, *names: str, within_s: float) -> bool:
        """Ask some to stop and wait for all of them together; whether all did in time."""
        chosen = [self._members[name] for name in names if name in self._members]
        for _, stop in chosen:
            stop.set()
        until = self._monotonic() + within_s
        for thread, _ in chosen:
            self._join(thread, max(0.0, until - self._monotonic()))
        return not any(thread.is_alive() for thread, _ in chosen)

    def _run(self, name: str, work: Work, stop: threading.Event) -> None:
        why = "it ended"
        try:
            work(stop)
        except self._foreseen as error:
            why = str(error)
        except BaseException as error:
            why = f"{type(error).__name__}: {error}"
            log.exception("%s died", name)
        self._on_end(name, None if stop.is_set() else why)
        if not stop.is_set():
            if self._death is None:
                self._death = Death(name, why)
            self._over.set()
