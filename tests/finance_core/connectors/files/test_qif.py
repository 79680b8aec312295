"""Penny's QIF reader beside quiffen's, on a file both can read."""

import quiffen

from finance_core.connectors.files import read

TEXT = """!Type:Bank
D2024-03-01
T1500.00
PEmployer
MSalary
^
D2024-03-02
T-3.20
PCafe
LEating out
^
D2024-03-15
T-1234.56
PLandlord
^
"""


def test_it_agrees_with_quiffen() -> None:
    account = quiffen.Qif.parse_string(TEXT).accounts["Quiffen Default Account"]
    theirs = [
        (row.date.date(), row.amount, row.payee)
        for rows in account.transactions.values()
        for row in rows
    ]
    ours = read(TEXT.encode(), currency="GBP").batch.upserts
    found = [(r.posted_on, r.amount.amount, r.description.split()[0]) for r in ours]
    assert sorted(found) == sorted(theirs)
