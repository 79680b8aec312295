"""Words for found transactions, in pages and one by one."""

from __future__ import annotations

from actions.replies.figures import bullets, count, listed, money, on_day, plural
from actions.turn import Reply
from finance_core.model import Account, Fact, Transaction
from finance_core.services.search import Order, SearchResult

_FIRST = {
    "newest": "the newest",
    "oldest": "the oldest",
    "largest": "the largest",
    "smallest": "the smallest",
}


def largest(
    found: SearchResult,
    wanted: str,
    accounts: dict[str, Account],
    order: Order,
    offset: int = 0,
) -> Reply:
    """The largest payments, largest first, or the smallest; with their number and sum."""
    if not found.count:
        return Reply(f"I found no payments{wanted}.")
    if not found.rows:
        return Reply("That was all of them.")
    lines = bullets(_row(row, accounts) for row in found.rows)
    facts = [_row_fact(row, accounts) for row in found.rows]
    if offset:
        head, more = _page(found, offset)
        return Reply(f"{head}:\n{lines}", (*more, *facts), _turning(found, offset))
    head = f"Your {order} payment" + ("s" if len(found.rows) > 1 else "")
    if found.count > len(found.rows):
        sums = listed([str(amount) for amount in found.paid.values()])
        facts += [count("transactions", found.count)]
        facts += [money("paid", amount) for amount in found.paid.values()]
        wanted += f", of {found.count:,} that come to {sums}"
    return Reply(f"{head}{wanted}:\n{lines}", tuple(facts), _turning(found, offset))


def transactions(
    found: SearchResult,
    wanted: str,
    accounts: dict[str, Account],
    offset: int,
    noun: str = "transaction",
    order: Order = "newest",
) -> Reply:
    """One page of transactions, with the number and the sums of all that were found."""
    if not found.count:
        return Reply(f"I found no {noun}s{wanted}.", (count("transactions", 0),))
    if not found.rows:
        return Reply("That was all of them.", ())
    facts: list[Fact] = [count("transactions", found.count)]
    facts += [_row_fact(row, accounts) for row in found.rows]
    head = f"I found {plural(found.count, noun)}{wanted}"
    if wanted and not offset and len(found.totals) == 1:
        sums = {"paid": found.paid, "received": found.received}
        known = [(name, amount) for name, by in sums.items() for amount in by.values()]
        facts += [money(name, amount) for name, amount in known]
        if found.count > 1:
            head += f", {listed([f'{amount} {name}' for name, amount in known])} in all"
    if offset:
        head, more = _page(found, offset)
        facts = [*more, *facts]
    elif found.count > len(found.rows):
        facts.append(count("shown", len(found.rows)))
        head += f"; {_FIRST[order]} {len(found.rows)}"
    lines = bullets(_row(row, accounts) for row in found.rows)
    return Reply(f"{head}:\n{lines}", tuple(facts), _turning(found, offset))


def _page(found: SearchResult, offset: int) -> tuple[str, list[Fact]]:
    first, last = offset + 1, offset + len(found.rows)
    facts = [count("from", first), count("to", last), count("transactions", found.count)]
    return f"{first} to {last} of {found.count:,}", facts


def _turning(found: SearchResult, offset: int) -> tuple[tuple[str, str], ...]:
    """Buttons to the next page and back."""
    more = found.count > offset + len(found.rows)
    pages = [("Show more", "show more")] if more else []
    return tuple([*pages, ("Back", "transactions, previous page")] if offset else pages)


def details(row: Transaction, accounts: dict[str, Account], category: str) -> Reply:
    """All that is known of one transaction."""
    day, account = row.posted_on, accounts.get(row.account_id)
    way = "paid to" if row.amount.amount < 0 else "received from"
    lines = [
        f"{day:%A, %-d %B %Y}{' (pending)' if row.pending else ''}",
        f"Category: {category}",
        *([f"Account: {account.name}"] if account else []),
        f"In the bank's words: {row.description}",
    ]
    facts = (
        _row_fact(row, accounts),
        on_day("day", day, label=row.merchant),
        Fact("category", row.category, unit="text", label=row.merchant),
        Fact("description", row.description, unit="text", label=row.merchant),
    )
    return Reply(
        f"{abs(row.amount)} {way} {row.merchant}:\n{bullets(lines)}",
        facts,
        (("Change the category", "change the category of that"), ("Why this category?", "why?")),
    )


def _row_fact(row: Transaction, accounts: dict[str, Account]) -> Fact:
    return money(
        "amount",
        row.amount,
        period=row.posted_on.isoformat(),
        account=accounts[row.account_id].name if row.account_id in accounts else None,
        label=row.merchant,
    )


def _row(row: Transaction, accounts: dict[str, Account]) -> str:
    several = len(accounts) > 1 and row.account_id in accounts
    where = f" ({accounts[row.account_id].name})" if several else ""
    pending = ", pending" if row.pending else ""
    return f"{row.posted_on:%-d %b %Y}  {row.merchant}  {row.amount}{where}{pending}"
