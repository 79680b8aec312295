"""Words for what changed in spending, and for what stands out in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from actions.replies import charts
from actions.replies.figures import bullets, count, interval, money, on_day, percent, plural
from actions.replies.spending import About
from actions.turn import Reply
from actions.understanding.compared import Compared
from actions.understanding.periods import within
from finance_core.model import Account, Chart, Fact, Period
from finance_core.money import Money, total
from finance_core.services.comparison import Comparison, Part, SpendingChange, Usual
from finance_core.services.spending import SpendingReport
from finance_core.services.unusual import HighCategory, Unusual, UnusualSpending

_MOST_PARTS = 5
_MOST_MERCHANTS = 3
MOST_UNUSUAL = 8
_WHY = (("Why?", "why?"), ("Only groceries", "only groceries"))


def comparison(
    found: Sequence[SpendingChange],
    asked: Compared,
    about: About,
    begin: date | None,
    whole: Sequence[SpendingReport] = (),
) -> Reply:
    """Two periods of spending: what differs, why, and where.

    Args:
        found: one comparison for each currency.
        asked: the two periods.
        about: what the question narrows it to.
        begin: the first day that the ledger knows.
        whole: spending of all of the earlier period, where only a part is compared with.
    """
    if not found:
        text = f"I see no spending{about.topic}, neither {within(asked.after)} nor before"
        return Reply(f"{text} {within(asked.before)}. {_note(asked.before, begin)}".rstrip())
    facts: list[Fact] = []
    parts: list[str] = []
    for change in found:
        told, figures = _change(change, about)
        parts.append(told)
        facts += figures
    for report in whole:
        where = interval(report.period)
        parts.append(f"All of it {within(report.period)} was {report.total}.")
        facts.append(money("before_whole", report.total, period=where, label=about.label))
    note = _note(asked.before, begin)
    if note and begin:
        facts.append(on_day("begins_on", begin))
    text = "\n".join([*parts, *filter(None, (about.note, note))])
    buttons = () if about.categories or about.merchant else _WHY
    pictures = tuple(chart for change in found for chart in _chart(change, about))
    return Reply(text, tuple(facts), buttons, charts=pictures)


def _change(change: SpendingChange, about: About) -> tuple[str, list[Fact]]:
    """The sentences of one currency, with their figures."""
    found, now, then = change.by_merchant, interval(change.after), interval(change.before)
    first, second = found.before.net, found.after.net
    facts = [
        money("total", second, period=now, label=about.label),
        money("before", first, period=then, label=about.label),
        money("difference", found.difference, label=about.label),
    ]
    share = ""
    if found.share is not None and found.difference:
        share = f" ({abs(round(found.share * 100))}%)"
        facts.append(percent("percent", found.share, label=about.label))
    head = (
        f"You spent {second}{about.topic} {within(change.after)}: "
        f"{_more(found.difference)}{share} than {first} {within(change.before)}."
    )
    if not found.difference:
        head = (
            f"You spent {second}{about.topic} {within(change.after)}, "
            f"exactly as much as {within(change.before)}."
        )
    causes, why = _causes(found, now, then)
    listing, figures = _listing(change, about)
    return "\n".join(filter(None, (head, causes, listing))), [*facts, *why, *figures]


def _more(difference: Money) -> str:
    return f"{abs(difference)} {'more' if difference.amount >= 0 else 'less'}"


def _causes(found: Comparison, now: str, then: str) -> tuple[str, list[Fact]]:
    """Number against price, and refunds; nothing where one period has no payments."""
    first, second = found.before, found.after
    facts = [
        count("payments", second.count, period=now),
        count("payments_before", first.count, period=then),
    ]
    if first.average is None or second.average is None:
        return f"{plural(second.count, 'payment')} instead of {first.count}.", facts
    lines = []
    if first.count == second.count:
        lines.append(f"as many payments as before: {first.count}")
    else:
        lines.append(
            f"{plural(second.count, 'payment')} instead of {first.count}: {_more(found.by_count)}"
        )
        facts.append(money("by_count", found.by_count))
    facts += [
        money("average_payment", second.average, period=now),
        money("average_before", first.average, period=then),
        money("by_price", found.by_price),
    ]
    lines.append(
        f"{second.average} a payment on average instead of {first.average}: {_more(found.by_price)}"
    )
    if found.by_refunds:
        lines.append(f"refunds {second.refunds} instead of {first.refunds}: "
                     f"{_more(found.by_refunds)}")  # fmt: skip
        facts += [
            money("refunds", second.refunds, period=now),
            money("refunds_before", first.refunds, period=then),
            money("by_refunds", found.by_refunds),
        ]
    return bullets(lines), facts


def _listing(change: SpendingChange, about: About) -> tuple[str, list[Fact]]:
    """The merchants that changed most; for all spending the categories, then the merchants."""
    if about.merchant and " and " not in about.merchant:
        return "", []
    if about.categories or about.merchant:
        return _parts("By merchant:", change.by_merchant, _MOST_PARTS, {})
    names = {part.key: about.category_name(part.key) for part in change.by_category.parts}
    categories, facts = _parts("By category:", change.by_category, _MOST_PARTS, names)
    merchants, figures = _parts(
        "The merchants that changed most:", change.by_merchant, _MOST_MERCHANTS, {}, rest=False
    )
    return f"{categories}\n{merchants}".strip(), [*facts, *figures]


def _chart(change: SpendingChange, about: About) -> tuple[Chart, ...]:
    """What changed most, as ``_listing`` words it."""
    if about.merchant and " and " not in about.merchant:
        return ()
    title = f"What changed{about.topic}"
    if about.categories or about.merchant:
        return charts.pairs(title, "Merchant", change, change.by_merchant.parts, {})
    parts = change.by_category.parts
    names = {part.key: about.category_name(part.key) for part in parts}
    return charts.pairs(title, "Category", change, parts, names)


def _parts(
    head: str, found: Comparison, most: int, names: Mapping[str, str], *, rest: bool = True
) -> tuple[str, list[Fact]]:
    shown, hidden = found.parts[:most], found.parts[most:]
    if not shown:
        return "", []
    facts: list[Fact] = []
    lines = []
    for part in shown:
        name = names.get(part.key, part.key)
        lines.append(f"{name}: {_more(part.change)}, {_kind(part)}")
        facts += _part_facts(part, name)
    if hidden and rest:
        others = total([part.change for part in hidden], found.difference.currency)
        lines.append(f"{plural(len(hidden), 'other')}: {_more(others)} together")
        facts += [count("others", len(hidden)), money("other_changes", others)]
    return f"{head}\n{bullets(lines)}", facts


def _kind(part: Part) -> str:
    if part.kind == "new":
        return "none before"
    if part.kind == "gone":
        return "none now"
    return f"{part.after.net} after {part.before.net}"


def _part_facts(part: Part, name: str) -> list[Fact]:
    facts = [money("change", part.change, label=name)]
    if part.kind in ("more", "less"):
        facts += [
            money("part", part.after.net, label=name),
            money("part_before", part.before.net, label=name),
        ]
    return facts


def _note(before: Period, begin: date | None) -> str:
    """Says so where the ledger does not reach back to the earlier period."""
    if begin is None or begin <= before.start:
        return ""
    return f"My figures begin on {begin:%-d %B %Y} only, so the earlier period is not complete."


def against_usual(
    found: Sequence[Usual], period: Period, about: About, begin: date | None
) -> Reply:
    """Spending of a period against the average of earlier ones."""
    if not found:
        since = f" My figures begin on {begin:%-d %B %Y}." if begin else ""
        return Reply(f"I know too little to tell what is usual{about.topic}.{since}")
    facts: list[Fact] = []
    parts = []
    for one in found:
        where = interval(period)
        facts += [
            money("total", one.total, period=where, label=about.label),
            money("average", one.average, label=about.label),
            money("difference", one.difference, label=about.label),
            count("periods", one.count),
        ]
        share = ""
        if one.share is not None:
            share = f" ({abs(round(one.share * 100))}%)"
            facts.append(percent("percent", one.share, label=about.label))
        parts.append(
            f"You spent {one.total}{about.topic} {within(period)}: {_more(one.difference)}{share} "
            f"than the {one.average} that the same days of {plural(one.count, 'earlier period')} "
            "came to on average."
        )
    return Reply("\n".join(parts), tuple(facts), (("Why?", "why did my spending change?"),))


def unusual(found: UnusualSpending, about: About, accounts: Mapping[str, Account]) -> Reply:
    """What stands out, each with its reason; or that nothing does."""
    where = interval(found.period)
    looked = count("payments", found.payments, period=where)
    when = within(found.period)
    if not (found.found or found.high):
        text = (
            f"I see nothing unusual{about.topic} {when}, in {plural(found.payments, 'payment')}: "
        )
        return Reply(
            f"{text}nothing charged twice, no price rises, no fees, nothing far above your usual.",
            (looked,),
        )
    shown = found.found[:MOST_UNUSUAL]
    facts = [looked, count("unusual", len(found.found) + len(found.high))]
    lines = []
    for one in shown:
        told, figures = _unusual(one, about, accounts)
        lines.append(told)
        facts += figures
    for high in found.high:
        told, figures = _high(high, where, about)
        lines.append(told)
        facts += figures
    head = (
        f"{plural(len(found.found) + len(found.high), 'thing')} stood out{about.topic} {when}, "
        f"in {plural(found.payments, 'payment')}:"
    )
    text = f"{head}\n{bullets(lines)}"
    hidden = len(found.found) - len(shown)
    if hidden:
        facts.append(count("more", hidden))
        text += f"\nand {hidden} more."
    return Reply(text, tuple(facts))


def _unusual(one: Unusual, about: About, accounts: Mapping[str, Account]) -> tuple[str, list[Fact]]:
    row, usual = one.row, one.usual
    day = row.posted_on
    account = accounts[row.account_id].name if row.account_id in accounts else None
    facts = [
        money("amount", row.amount, period=day.isoformat(), account=account, label=row.merchant)
    ]
    if usual:
        facts.append(money("usual", usual, label=row.merchant))
    if one.other:
        other = one.other
        facts.append(
            money("other", other.amount, period=other.posted_on.isoformat(), label=other.merchant)
        )
    if one.count:
        facts.append(count("compared", one.count, label=row.merchant))
    head = f"{day:%-d %B}  {row.merchant}  {one.amount}"
    return f"{head}: {_reason(one, about)}", facts


def _reason(one: Unusual, about: About) -> str:
    row, other, usual = one.row, one.other, one.usual
    if one.why == "duplicate" and other:
        same = other.posted_on == row.posted_on
        when = "the same day" if same else f"on {other.posted_on:%-d %B}"
        return f"perhaps charged twice, the same amount was paid there {when}"
    if one.why == "price_rise" and other:
        return f"it was {usual} until {other.posted_on:%-d %B %Y}"
    if one.why == "fee":
        return "a bank fee"
    times = f"the middle of {one.count} earlier payments"
    if one.why == "merchant":
        return f"you usually pay {usual} there, {times}"
    if one.why == "new_merchant":
        return f"your first payment there, and large: {usual} is {times}"
    category = about.category_name(row.category).lower()
    return f"far above the {usual} that is usual for {category}, {times}"


def _high(high: HighCategory, where: str, about: About) -> tuple[str, list[Fact]]:
    name = about.category_name(high.category)
    facts = [
        money("high", high.total, period=where, label=name),
        money("usual", high.usual, label=name),
        count("compared", high.months, label=name),
    ]
    return (
        f"{name}: {high.total} in all, you usually spend {high.usual} in the same days "
        f"of a month (the middle of {high.months} months)",
        facts,
    )
