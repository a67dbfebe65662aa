"""What can go wrong with a load run.

LoadError
├── TargetError      the target file or the run directory is wrong: exit 4
├── BudgetError      budgets.toml is wrong: exit 4
├── BenchError       a row of the bench is unknown or could not be measured: exit 4
├── SamplesError     samples.ndjson is missing or wrong: exit 4
└── UnreachableError the backend cannot be driven at all: exit 1
"""


class LoadError(Exception):
    """Base of everything that ends a load command with one clear line."""

    exit_code = 4


class TargetError(LoadError):
    """The target file, or the directory for the results, cannot be used."""


class BudgetError(LoadError):
    """The file with the limits cannot be used."""


class BenchError(LoadError):
    """A row that does not exist, or that did not come to its end."""


class SamplesError(LoadError):
    """The file with the raw times cannot be used."""


class UnreachableError(LoadError):
    """The backend let nobody in before the first arrival."""

    exit_code = 1
