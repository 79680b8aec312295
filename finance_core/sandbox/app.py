"""The sandbox bank's HTTP server. Default address ``http://127.0.0.1:8100``.

SimpleFIN 1.0 (https://www.simplefin.org/protocol.html)
    The setup token is the base64 text of ``…/simplefin/claim/{token}``; POST to it once
    answers the access URL ``http://USER:PASSWORD@host:port/simplefin`` as text, a second
    time 403. ``GET {access}/accounts`` with ``start-date`` (included), ``end-date``
    (excluded; both unix seconds), ``pending=1``, ``account`` (repeatable),
    ``balances-only=1``. Pending rows have ``pending: true``, ``posted: 0`` and
    ``transacted_at``; booked ones are stamped noon UTC of their booking day. Wrong or
    withdrawn credentials: 403. What is owed (credit cards) is a negative balance.
    Each account's ``extra`` carries ``kind``: ``checking``, ``savings`` or ``credit``.

Plaid-shaped (POST, JSON; ``client_id`` and ``secret`` in the body or as the headers
``PLAID-CLIENT-ID`` and ``PLAID-SECRET``; any non-empty pair unless the settings fix one)
    /sandbox/public_token/create   {institution_id, initial_products,
                                    options: {override_username: HOUSEHOLD}?} → public_token
    /item/public_token/exchange    {public_token} → access_token, item_id; once
    /item/get  /item/remove  /accounts/get  /accounts/balance/get   {access_token}
    /institutions/get_by_id        {institution_id, country_codes}
    /transactions/sync             {access_token, cursor?, count? 1-500}; amounts are positive
                                   for outflow. New rows while a client is paging give 400
                                   TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION: start again
                                   from the cursor of the first page.
    /transactions/refresh          {access_token}
    /transfer/authorization/create {access_token, account_id, type: "debit", network: "ach",
                                    amount: "12.34", user: {legal_name}, idempotency_key?}
                                   → authorization {id, decision: approved | declined,
                                    decision_rationale: {code: NSF | TRANSFER_LIMIT_REACHED}}
    /transfer/create               {access_token, account_id, authorization_id, description
                                    (at most 15 characters), amount?, idempotency_key? (at
                                    most 50), metadata: {to_account_id}} → transfer
        With ``metadata.to_account_id`` (another account of the same item) the money moves at
        once: a booked row on both accounts, status ``settled``. Without it the money leaves
        the bank: a pending row, status ``pending``, ``posted`` after the next day, and until
        then it can be cancelled. The same idempotency key, or the same authorization, gives
        the same transfer again and never moves money twice; a key that comes back with
        other terms is refused (TRANSFER_ERROR / IDEMPOTENCY_KEY_REUSED). Keys are per client_id.
        No money: 400 TRANSFER_ERROR / INSUFFICIENT_FUNDS.
    /transfer/get                  {transfer_id} → transfer
    /transfer/cancel               {transfer_id}; 400 TRANSFER_NOT_CANCELLABLE once posted
    /transfer/refund/create        {transfer_id, amount, idempotency_key} → refund
        How an own-account transfer is reversed: money goes back in a booked row on both
        accounts, once per key, never more in all than was transferred
        (400 TRANSFER_REFUND_ERROR / REFUND_AMOUNT_EXCEEDED otherwise).
    Errors: {error_type, error_code, error_message, display_message, request_id, status}.

Admin (loopback callers only; ``Authorization: Bearer …`` when PENNY_SANDBOX_ADMIN_TOKEN is
set). HOUSEHOLD is ``amelia`` (GBP, monthly salary), ``marcus`` (USD, weekly wages),
``elena`` (EUR, freelance), ``priya`` (GBP, student), ``harper`` (USD, couple with a joint
account) or the name a CSV was loaded under. ``item_id`` names one consent.
    GET    /admin/households                 → {today, households: [{name, title, currency,
                                             institution_id, today, accounts: [{id, name, kind,
                                             currency, balance, rows}]}]}
    POST   /admin/households/HOUSEHOLD/simplefin → {setup_token, claim_url, item_id}
    POST   /admin/households/HOUSEHOLD/plaid     → {public_token, item_id, institution_id}
    GET    /admin/ledger/HOUSEHOLD           → {household, today, accounts: [{id, name, kind,
                                             currency, opening, balance, available, rows: [{id,
                                             date, amount, description, pending, pending_id,
                                             merchant, category}]}]}; signed decimal texts,
                                             inflow positive; oldest first, pending last
    POST   /admin/rows       {account, amount, description, pending?: false} → {id}: a row today
    POST   /admin/advance    {days: 1} → {today, rows}: lives those days, for all households
    POST   /admin/csv        {household, path | content, profile?: "ledger", accounts?: [names],
                             currency?, institution?, savings?: name of an empty savings
                             account to open beside} → {household, today, accounts, rows};
                             profiles: ledger, berka; the same household again updates it
    POST   /admin/faults     {kind, item?, household?, protocol?: simplefin | plaid, path?:
                             prefix, count?: 1 (null: until cleared), skip?: 0, chance?: 1.0,
                             seed?: 0, when?: before | after, seconds?, retry_after?}
                             → {id}, or {done: how many} for those done at once
        kinds, played on matching protocol requests:
            latency (seconds 0.5) · timeout (hangs for seconds 3600) · rate_limit (429,
            retry_after 1) · server_error (500) · broken_json · disconnect (the connection
            closes in the middle of the answer) · repeat_rows · reorder (rows and pages of one
            answer in a seeded order) · repeat_page (plaid: the same page comes twice) ·
            mutation (plaid: TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION)
            ``when: after`` lets the request take effect first (the default for broken_json
            and disconnect), for a transfer that happened though the caller never heard.
        kinds, done at once to the item or household (all if neither is given):
            expire_consent · restore_consent · post_pending (pending rows post under another
            id) · drop_pending (pending rows vanish)
    GET    /admin/faults     → {faults: [{id, kind, …, left}]}; DELETE clears them
    POST   /admin/reset      {} → {today}: all rows, items and faults gone, households anew

``GET /healthz`` → {"status": "ok", "today": …}. ``GET /simplefin/info`` → {"versions": ["1.0"]}.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from finance_core.sandbox import admin, plaid, plaid_transfers, simplefin
from finance_core.sandbox.bank import Bank

_HOSTS = ["127.0.0.1", "localhost"]


def make_app(bank: Bank) -> Starlette:
    """The bank's web application."""
    app = Starlette(
        routes=[
            Route("/healthz", _health, methods=["GET"]),
            *simplefin.routes(),
            *plaid.routes(),
            *plaid_transfers.routes(),
            *admin.routes(),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS, www_redirect=False)],
    )
    app.state.bank = bank
    return app


async def _health(request: Request) -> Response:
    bank: Bank = request.app.state.bank
    return JSONResponse({"status": "ok", "today": bank.today().isoformat()})
