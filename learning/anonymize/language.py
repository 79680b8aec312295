"""Texts into tokens, the way every recognizer that reads words wants them."""

from __future__ import annotations

from typing import Any

OPAQUE = "\ufffc"
_ESCAPES = r"\\+"  # of quotes, in texts out of machines
_INNER_MARKS = r"""(?<=\w)[:;"()!?\\\ufffc]+(?=\S)|\ufffc"""  # people skip the space after them


def blank() -> Any:
    """English without a trained part, parting words also where the space was forgotten."""
    import spacy  # noqa: PLC0415 (takes a second to load)

    nlp: Any = spacy.blank("en")
    infixes = [*nlp.Defaults.infixes, _INNER_MARKS]
    nlp.tokenizer.infix_finditer = spacy.util.compile_infix_regex(infixes).finditer
    nlp.tokenizer.prefix_search = _with(nlp.Defaults.prefixes, spacy.util.compile_prefix_regex)
    nlp.tokenizer.suffix_search = _with(nlp.Defaults.suffixes, spacy.util.compile_suffix_regex)
    return nlp


def _with(marks: Any, compiled: Any) -> Any:
    return compiled([*marks, _ESCAPES]).search
