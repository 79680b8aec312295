"""Stands in for TensorFlow, which Rasa imports and none of our components uses.

Rasa imports TensorFlow at every start because some of its components (DIET, TED) need
it. Loading it costs several seconds and 350 MB per process. The import hook here offers
empty modules under TensorFlow's names: classes may inherit from what is in them and
annotations may name it, but making an object of any of them raises an error that says so.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
from types import ModuleType
from typing import Any, Optional, Sequence

ABSENT = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras")


class _AnyName(type):
    """Every attribute of an absent class is an absent class again."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Absent

    def __or__(cls, other: Any) -> Any:
        return cls

    def __getitem__(cls, key: Any) -> Any:
        return cls


class _Absent(metaclass=_AnyName):
    """Stands for whatever TensorFlow would have had under a name."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        # A decorator: gives back what it decorates.
        if cls is _Absent and len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]
        if cls is _Absent:
            return cls
        raise RuntimeError(
            f"{cls.__name__} needs TensorFlow, which was not loaded; set PENNY_TENSORFLOW=1."
        )


class _AbsentModule(ModuleType):
    __version__ = "2.12.0"
    __path__: Sequence[str] = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Absent


class AbsentTensorflow(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers imports of TensorFlow and its companions with empty modules."""

    def find_spec(
        self, fullname: str, path: Any, target: Any = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        """Claims the names in :data:`ABSENT` and everything below them."""
        if fullname.split(".", maxsplit=1)[0] not in ABSENT:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Makes the empty module."""
        return _AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""
