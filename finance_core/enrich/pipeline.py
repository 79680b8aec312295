"""The one entry point for whoever stores bank movements: records in, names and categories out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from finance_core.enrich import merchants
from finance_core.enrich.categories import categorize_many
from finance_core.model import TransactionRecord

if TYPE_CHECKING:
    from finance_core.enrich.classifier import CategoryModel


def enrich(
    records: Sequence[TransactionRecord],
    corrections: Mapping[str, str],
    model: CategoryModel | None,
) -> list[tuple[str, str]]:
    """Names and categorises bank movements.

    Args:
        records: movements as the bank reported them.
        corrections: the person's own choices, merchant → category. They teach about
            merchants of like names; those of a merchant itself stand apart from what is
            found here, so that they can be taken back (see ``store/corrections.py``).
        model: trained classifier from ``categories.load_or_train``; None uses rules alone.

    Returns:
        One ``(merchant, category)`` for each record, in the same order.
    """
    names = [merchants.clean(record.description, record.merchant_hint) for record in records]
    results = categorize_many(records, names, {}, model, corrections)
    return [(name, result.category) for name, result in zip(names, results, strict=True)]
