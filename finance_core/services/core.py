"""The composition root: everything the services share, put together in one place."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import httpx
from cachetools import LRUCache
from sqlalchemy.orm import Session, sessionmaker

from finance_core.connectors import registry
from finance_core.connectors.base import Connector, PaymentConnector
from finance_core.enrich import categories
from finance_core.errors import BadInput
from finance_core.services.attempts import Attempts
from finance_core.settings import CoreSettings
from finance_core.store import database
from finance_core.store.vault import Vault, open_vault

_RECENT = 512  # derived results kept in memory, over all people

if TYPE_CHECKING:
    from finance_core.enrich.classifier import CategoryModel  # slow to import

type Connect = Callable[[str, str | None], Connector]
type ConnectPayments = Callable[[str, str | None], PaymentConnector]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Core:
    """What a service needs besides its own arguments. Safe to share between threads.

    Attributes:
        settings: settings in force.
        database: the open database.
        vault: encrypts bank credentials.
        http: client shared by all banks; it keeps their connections open.
        connector: reads a bank: protocol and address to connector.
        payments: the same for moving money; raises BankRejected where a bank can't.
        clock: the present instant, for what is stamped; never for figures.
        models: trained models by name, kept between turns.
        attempts: passwords and codes tried lately.
    """

    settings: CoreSettings
    database: database.Database
    vault: Vault
    http: httpx.Client
    connector: Connect
    payments: ConnectPayments
    clock: Callable[[], datetime] = _utc_now
    models: dict[str, Any] = field(default_factory=dict)
    attempts: Attempts = field(default_factory=Attempts)
    _recent: LRUCache[Any, Any] = field(default_factory=lambda: LRUCache(maxsize=_RECENT))
    _locks: dict[str, Lock] = field(default_factory=dict)
    _guard: Lock = field(default_factory=Lock)

    @property
    def sessions(self) -> sessionmaker[Session]:
        """Sessions that read: ``with core.sessions() as session``."""
        return self.database.sessions

    @property
    def writes(self) -> sessionmaker[Session]:
        """Sessions that write: ``with core.writes.begin() as session``."""
        return self.database.writes

    def lock(self, name: str) -> Lock:
        """The lock of that name, the same for all threads of this process."""
        with self._guard:
            return self._locks.setdefault(name, Lock())

    def model[M](self, name: str, load: Callable[[], M]) -> M:
        """The model of that name; ``load`` runs once, whoever asks first."""
        if name not in self.models:
            with self.lock(f"model {name}"):
                if name not in self.models:
                    self.models[name] = load()
        loaded: M = self.models[name]
        return loaded

    def recent[R](self, key: Hashable, compute: Callable[[], R]) -> R:
        """The result kept under ``key``, else computed now; the least used ones are dropped.

        None is not kept, so that what does not exist yet is looked for again.
        """
        with self._guard:
            if key in self._recent:
                kept: R = self._recent[key]
                return kept
        result = compute()
        if result is not None:
            with self._guard:
                self._recent[key] = result
        return result

    def forget_results(self) -> None:
        """Drops every result kept in memory, whoever's it is."""
        with self._guard:
            self._recent.clear()

    def category_model(self) -> CategoryModel:
        """The classifier that names the category of a movement."""
        return self.model(
            "categories", partial(categories.load_or_train, self.settings.models_folder)
        )

    def close(self) -> None:
        """Closes connections to banks and database."""
        self.http.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_core(settings: CoreSettings | None = None, http: httpx.Client | None = None) -> Core:
    """Opens this Penny's home: database (made or migrated as needed), key and clients.

    Args:
        settings: read from the environment when None.
        http: client for all banks, closed together with the core; made when None.

    Raises:
        BadInput: home folder, key or database cannot be used.
    """
    settings = settings or CoreSettings()
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        vault = open_vault(settings)
    except OSError as err:
        raise BadInput(f"I can't keep my data in {settings.home}: {err.strerror}.") from err
    database.upgrade(settings.database)
    if http is None:
        http = httpx.Client(timeout=settings.bank_timeout, headers={"User-Agent": "penny"})
    return Core(
        settings=settings,
        database=database.connect(settings.database),
        vault=vault,
        http=http,
        connector=partial(_connector, http, settings),
        payments=partial(_payments, http, settings),
    )


def _connector(
    http: httpx.Client, settings: CoreSettings, protocol: str, url: str | None
) -> Connector:
    return registry.connector(protocol, http, settings, url)


def _payments(
    http: httpx.Client, settings: CoreSettings, protocol: str, url: str | None
) -> PaymentConnector:
    return registry.payment_connector(protocol, http, settings, url)
