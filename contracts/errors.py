"""The error tree of this room.

ContractError
├── RecordingError    a folder or file of recordings that cannot be read as one
└── SchemaError       a schema that does not exist or is not a schema
"""


class ContractError(Exception):
    """Says in one line what was found and what would be legal."""


class RecordingError(ContractError):
    """A folder or file of recordings cannot be used as it is."""


class SchemaError(ContractError):
    """A schema is unknown or broken."""
