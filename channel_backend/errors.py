"""Every error this backend raises on purpose.

ChannelBackendError
├── ConfigError          a setting is wrong: one line, exit 4
├── StartupError         the surroundings are not ready (database, Redis, port): one line, exit 4
├── ApiError             the caller asked for something that cannot be done: an HTTP 4xx or 502
├── MalformedWebhookError   a webhook body that is not what Evolution sends: 400 with the field path
├── NotKeptError         a webhook could not be stored: 503, so that Evolution sends it again
├── NotAppliedError      the event is good but cannot be applied now: it stays in the inbox and is tried again
├── AlreadySettledError  somebody else was faster with a webhook: what was about to be done twice is undone
└── EvolutionError       Evolution did not do what it was asked
    ├── EvolutionUnreachableError   no connection, or it broke
    ├── EvolutionTimeoutError       no answer in time: it may still have happened
    └── EvolutionRefusedError       an error answer; carries the HTTP status
"""


class ChannelBackendError(Exception):
    """Base of all errors of this backend; never raised itself."""


class ConfigError(ChannelBackendError):
    """A setting is missing or wrong; the text names the variable, what was found and what would be legal."""


class StartupError(ChannelBackendError):
    """Something this process needs is not ready; the text says what and what to do."""


class ApiError(ChannelBackendError):
    """A refusal that the HTTP caller sees as `{"error": message}` with this status."""

    def __init__(self, http_status: int, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.retry_after_s = retry_after_s


class MalformedWebhookError(ChannelBackendError):
    """A webhook body of the wrong shape; the text carries the field path."""


class NotKeptError(ChannelBackendError):
    """A webhook is not durable; the sender should come again."""


class NotAppliedError(ChannelBackendError):
    """The event could neither be applied nor ignored now; it has to be tried again."""


class AlreadySettledError(ChannelBackendError):
    """A webhook is done with already; the transaction that found out must leave no trace."""


class EvolutionError(ChannelBackendError):
    """Evolution did not do what it was asked; `reason` is a sentence the channel's owner can read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EvolutionUnreachableError(EvolutionError):
    """No connection to Evolution, or it broke before the answer."""


class EvolutionTimeoutError(EvolutionError):
    """No answer in time; what was asked may still have happened."""


class EvolutionRefusedError(EvolutionError):
    """Evolution answered with an error status."""

    def __init__(self, reason: str, *, http_status: int) -> None:
        super().__init__(reason)
        self.http_status = http_status
