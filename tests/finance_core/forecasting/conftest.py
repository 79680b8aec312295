import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location(
    "household", Path(__file__).with_name("household.py")
)
_household = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_household)


@pytest.fixture(scope="session")
def household():
    """The module that makes up households."""
    return _household
