"""Looking for personal data in several processes: that is most of the work, and keeps no state."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import BaseContext

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
    with ProcessPoolExecutor(processes, mp_context=_context()) as pool:
        yield from pool.map(_spans, map(list, batches))


def _context() -> BaseContext:
    """Processes that start from one which has read the libraries, where the system can do that.

    Forking this process itself would copy its threads' locks.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["spacy.lang.en", "spacy.matcher", __name__])
    return context


def _spans(texts: list[str]) -> list[list[Span]]:
    return default().spans(texts)
