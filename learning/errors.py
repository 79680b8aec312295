"""The errors of the learning room, one small tree.

    LearningError                   base; ``str(error)`` is a plain sentence
    ├── BadTranscripts              a file given is not what it should be
    ├── SecretLeft                  masking left something known readable; nothing was stored
    ├── AlreadyCollecting           another process is at it
    ├── StoreError                  the object store could not be used
    │   ├── StoreUnavailable        down or slow; worth trying later
    │   ├── StoreConflict           somebody else has written there first
    │   └── StoreRefused            wrong key, no permission, or a bad bucket
    │       └── NotStored           no such object
    ├── BadModel                    a stored model is damaged or unknown
    └── RolloutRefused              that step cannot be taken now

No message carries a secret or a piece of a transcript; causes travel as ``__cause__``.
"""


class LearningError(Exception):
    """Base of everything the learning room raises on purpose."""


class BadTranscripts(LearningError, ValueError):
    """A file of transcripts or gold spans cannot be read; the message says where."""


class SecretLeft(LearningError):
    """A known name or number would still be readable; nothing was stored."""


class AlreadyCollecting(LearningError):
    """Another process collects or forgets transcripts right now."""


class StoreError(LearningError):
    """The object store could not be used."""


class StoreUnavailable(StoreError):
    """The object store is down or slow; trying later may help."""


class StoreRefused(StoreError):
    """The object store said no: credentials, permission or bucket."""


class StoreConflict(StoreError):
    """Somebody else has written to the key first; what is there now has to be read again."""


class NotStored(StoreRefused):
    """There is no such object in the bucket."""


class BadModel(LearningError):
    """A model in the registry is unknown, or not what its card says."""


class RolloutRefused(LearningError):
    """A rollout cannot take the step that was asked for."""
