"""What goes wrong on demand: which fault strikes which request."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from random import Random
from threading import Lock
from typing import Any, Literal

from finance_core.errors import BadInput

Kind = Literal[
    "latency",
    "timeout",
    "rate_limit",
    "server_error",
    "broken_json",
    "disconnect",
    "repeat_rows",
    "reorder",
    "repeat_page",
    "mutation",
]
KINDS: frozenset[str] = frozenset(Kind.__args__)  # type: ignore[attr-defined]
SHAPING = frozenset({"repeat_rows", "reorder", "repeat_page", "mutation"})
_LATE = frozenset({"broken_json", "disconnect"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One armed fault; see the admin interface for its fields.

    Attributes:
        count: how often it may still strike, None for ever.
        skip: matching requests to let through first.
    """

    kind: str
    item: str | None = None
    household: str | None = None
    protocol: str | None = None
    path: str | None = None
    count: int | None = 1
    skip: int = 0
    chance: float = 1.0
    seed: int = 0
    when: str | None = None
    seconds: float | None = None
    retry_after: int = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadInput(f"Unknown fault {self.kind!r}; known: {', '.join(sorted(KINDS))}.")
        if self.when not in (None, "before", "after"):
            raise BadInput("when must be before or after.")
        if self.count is not None and self.count < 1:
            raise BadInput("count must be at least 1, or null.")

    @property
    def late(self) -> bool:
        """Whether the request takes effect first."""
        return self.when == "after" if self.when else self.kind in _LATE


@dataclass(frozen=True, slots=True)
class Call:
    """A protocol request, as far as faults care."""

    protocol: str
    path: str
    item: str | None = None
    household: str | None = None


@dataclass(slots=True)
class _Armed:
    id: int
    fault: Fault
    left: int | None
    skip: int
    rng: Random = field(repr=False)

    def strikes(self, call: Call) -> bool:
        fault = self.fault
        if self.left == 0 or not all(
            (
                fault.item in (None, call.item),
                fault.household in (None, call.household),
                fault.protocol in (None, call.protocol),
                fault.path is None or call.path.startswith(fault.path),
            )
        ):
            return False
        if self.skip:
            self.skip -= 1
            return False
        return self.rng.random() < fault.chance


class Faults:
    """All armed faults of a bank; the oldest that matches a request strikes it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._armed: list[_Armed] = []
        self._made = 0

    @property
    def armed(self) -> bool:
        """Whether any fault may still strike."""
        return any(armed.left != 0 for armed in self._armed)

    def arm(self, fault: Fault) -> int:
        """Adds a fault; returns its id."""
        with self._lock:
            self._made += 1
            rng = Random(fault.seed)  # noqa: S311 - reproducible on purpose
            self._armed.append(_Armed(self._made, fault, fault.count, fault.skip, rng))
            return self._made

    def take(self, call: Call) -> Strike | None:
        """The fault that strikes this request, used up by one."""
        with self._lock:
            for armed in self._armed:
                if armed.strikes(call):
                    if armed.left is not None:
                        armed.left -= 1
                    return Strike(armed.fault, armed.rng.randrange(2**31))
        return None

    def listed(self) -> list[dict[str, Any]]:
        """All faults, as JSON."""
        with self._lock:
            return [{"id": a.id, **asdict(a.fault), "left": a.left} for a in self._armed]

    def clear(self) -> None:
        """Disarms all."""
        with self._lock:
            self._armed.clear()


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault that strikes one request, with a seed of its own for what it shuffles."""

    fault: Fault
    seed: int

    def shapes(self, kind: Kind) -> bool:
        """Whether the answer has to be shaped in this way by who makes it."""
        return self.fault.kind == kind

    def mixed[T](self, rows: list[T]) -> list[T]:
        """Rows in another order, or some of them twice, as the fault wants."""
        rng = Random(self.seed)  # noqa: S311
        if self.shapes("reorder"):
            return rng.sample(rows, len(rows))
        if self.shapes("repeat_rows") and rows:
            again = rng.sample(rows, max(1, len(rows) // 3))
            return [*rows, *again]
        return rows
