"""Looking for personal data in several processes: that is most of the work, and keeps no state."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from learning.anonymize.pipeline import Anonymizer, default
from learning.anonymize.spans import Span

AT_ONCE = 256  # texts that are masked together


def spans(
    batches: Iterable[Sequence[str]], anonymizer: Anonymizer, processes: int = 1
) -> Iterator[list[list[Span]]]:
    """The spans of each text of each batch, in order.

    Args:
        processes: with more than one, all batches are read before the first is given out,
            and each process uses the default recognizers.
    """
    if processes == 1:
        yield from map(anonymizer.spans, batches)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield from pool.map(_spans, map(list, batches))


def _spans(texts: list[str]) -> list[list[Span]]:
    return default().spans(texts)
