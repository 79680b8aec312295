"""The registry of models, in the bucket.

``models/VERSION/model.tar.gz``     what Rasa loads; written once, never changed
``models/VERSION/card.json``        where it comes from; written once, after the model
``models/VERSION/verdict-N.json``   what a judgement of it found
``registry/state.json``             who is champion, who is candidate, what is being rolled out

A version is the beginning of the SHA-256 of the model's own bytes, which is checked at each
download. The state is changed by compare-and-set (a conditional write of S3), so two
processes never overwrite each other's step.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from learning.errors import BadModel, NotStored, StoreConflict
from learning.objects import ObjectStore
from learning.rollout.plan import Rollout

_STATE = "registry/state.json"
_MODELS = "models/"
_VERSION_LENGTH = 16
_MOST_TRIES = 20
_KEPT_HISTORY = 200


@dataclass(frozen=True, slots=True)
class Card:
    """Where a model comes from.

    Attributes:
        version: its name in the registry.
        sha256: of the model file, hexadecimal.
        bytes: size of the model file.
        model_id: the id that Rasa gave it; transcripts name it.
        data: fingerprint of the examples it learnt from.
        code: fingerprint of the pipeline, the rules and the domain; a model only serves
            with the code it was made with.
        revision: revision of the source, where that is known.
        parent: the champion when it was made, if there was one.
        metrics: figures of its training.
        made_at: instant, ISO 8601 in UTC.
    """

    version: str
    sha256: str
    bytes: int
    model_id: str
    data: str
    code: str
    revision: str
    parent: str | None
    metrics: Mapping[str, Any]
    made_at: str


@dataclass(frozen=True, slots=True)
class State:
    """Who serves, who may serve next, and how it came to that.

    Attributes:
        champion: version in service; None while that is the one trained in place.
        candidate: version that was built last and is to be judged or rolled out.
        passed: version that the judge let through, if the candidate is it.
        rollout: the rollout that is on, or that was ended last.
        history: steps, oldest first: ``at``, ``what``, ``version``, ``why``.
    """

    champion: str | None = None
    candidate: str | None = None
    passed: str | None = None
    rollout: Rollout | None = None
    history: tuple[Mapping[str, Any], ...] = ()

    def noted(self, now: datetime, what: str, version: str | None, why: str = "") -> State:
        """The same state with one more step in its history."""
        step = {
            "at": now.isoformat(timespec="seconds"),
            "what": what,
            "version": version,
            "why": why,
        }
        return replace(self, history=(*self.history, step)[-_KEPT_HISTORY:])


@dataclass(slots=True)
class Registry:
    """The registry of one bucket; safe to share between threads."""

    store: ObjectStore
    _cards: dict[str, Card] = field(default_factory=dict)

    def add(
        self,
        model: Path,
        *,
        model_id: str,
        data: str,
        code: str,
        revision: str,
        parent: str | None,
        metrics: Mapping[str, Any],
        now: datetime,
    ) -> Card:
        """Stores a model with its card; the very same model again changes nothing.

        The card comes last, so a crash leaves a model that nobody lists and that the next
        attempt completes.

        Raises:
            BadModel: other bytes are stored under this version already.
        """
        body = model.read_bytes()
        sha256 = hashlib.sha256(body).hexdigest()
        version = sha256[:_VERSION_LENGTH]
        card = Card(
            version,
            sha256,
            len(body),
            model_id,
            data,
            code,
            revision,
            parent,
            dict(metrics),
            now.isoformat(timespec="seconds"),
        )
        self.store.ensure_bucket()
        try:
            self.store.put_if(_key(version, "model.tar.gz"), body, None)
        except StoreConflict:
            self._checked(version, sha256)
        try:
            self.store.put_if(_key(version, "card.json"), _json(asdict(card)), None)
        except StoreConflict:
            return self.card(version)
        return card

    def cards(self) -> list[Card]:
        """All models, oldest first."""
        keys = (entry.key for entry in self.store.list(_MODELS))
        versions = [key.split("/")[1] for key in keys if key.endswith("/card.json")]
        return sorted(map(self.card, versions), key=lambda card: (card.made_at, card.version))

    def card(self, version: str) -> Card:
        """The card of a version.

        Raises:
            BadModel: there is none, or it is damaged.
        """
        if version not in self._cards:
            try:
                found = json.loads(self.store.get(_key(version, "card.json")))
                self._cards[version] = Card(**found)
            except NotStored as err:
                raise BadModel(f"There is no model {version!r} in the registry.") from err
            except (ValueError, TypeError) as err:
                raise BadModel(f"The card of the model {version!r} is damaged.") from err
        return self._cards[version]

    def fetch(self, version: str, folder: Path) -> Path:
        """The model as a file in ``folder``, downloaded when it is not there whole.

        Raises:
            BadModel: it is unknown, or what was downloaded is not what its card says.
        """
        card = self.card(version)
        path = folder / f"{version}.tar.gz"
        if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == card.sha256:
            return path
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = folder / f".{version}.{os.getpid()}"
        draft.write_bytes(self._checked(version, card.sha256))
        return draft.replace(path)

    def judged(self, version: str, verdict: Mapping[str, Any]) -> str:
        """Keeps what a judgement found, beside the earlier ones; returns its key."""
        number = sum(1 for _ in self.store.list(_key(version, "verdict-"))) + 1
        while True:
            key = _key(version, f"verdict-{number}.json")
            try:
                self.store.put_if(key, _json(verdict), None)
            except StoreConflict:
                number += 1
            else:
                return key

    def state(self) -> State:
        """The present state; an empty one before the first step."""
        return self._state()[0]

    def change(self, step: Callable[[State], State]) -> State:
        """Takes one step from whatever the state is by then; returns the new state.

        ``step`` may be called again when somebody else was faster; a state returned as it
        was is not written. What it raises is passed on, and nothing is changed then.

        Raises:
            StoreConflict: others kept being faster.
        """
        for _ in range(_MOST_TRIES):
            before, tag = self._state()
            after = step(before)
            if after is before:
                return before
            try:
                self.store.put_if(_STATE, _json(asdict(after)), tag)
            except StoreConflict:
                continue
            return after
        raise StoreConflict("The registry is being changed by others all the time.")

    def _state(self) -> tuple[State, str | None]:
        try:
            body, tag = self.store.get_tagged(_STATE)
        except NotStored:
            return State(), None
        try:
            found = json.loads(body)
            rollout = found.pop("rollout")
            history = tuple(found.pop("history"))
            on = Rollout(**rollout) if rollout else None
            return State(**found, rollout=on, history=history), tag
        except (ValueError, TypeError, KeyError, AttributeError) as err:
            raise BadModel("The registry's state is damaged.") from err

    def _checked(self, version: str, sha256: str) -> bytes:
        try:
            body = self.store.get(_key(version, "model.tar.gz"))
        except NotStored as err:
            raise BadModel(f"The model {version!r} is gone from the registry.") from err
        if hashlib.sha256(body).hexdigest() != sha256:
            raise BadModel(f"The model {version!r} is not what its card says.")
        return body


def _key(version: str, name: str) -> str:
    return f"{_MODELS}{version}/{name}"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False, default=list).encode()
