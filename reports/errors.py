"""What can go wrong with a report.

ReportError
└── NotARunError   the directory holds nothing that a run writes: exit 4
"""


class ReportError(Exception):
    """Base of everything that ends a report command with one clear line."""

    exit_code = 4


class NotARunError(ReportError):
    """There is nothing here to report on."""
