"""Bank exports as files: CSV by profiles, OFX/QFX, QIF and CAMT.053."""

from finance_core.connectors.files.batch import FileBatch, RejectedRow
from finance_core.connectors.files.reader import FORMATS, read

__all__ = ["FORMATS", "FileBatch", "RejectedRow", "read"]
