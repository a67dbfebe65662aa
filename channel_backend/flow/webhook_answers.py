"""What the sender of a webhook is told: whether to come again.

2xx: Evolution is done with it. 400 and 401: it never comes again. Any other error, of which there is one for every
webhook that could not be stored, makes it come again.
"""

from channel_backend.metrics import WebhookOutcome

_STATUSES = {
    WebhookOutcome.APPLIED: 200,
    WebhookOutcome.DUPLICATE: 200,
    WebhookOutcome.IGNORED: 200,
    # Not 404, after which Evolution would never send it again, although the channel may be on its way.
    WebhookOutcome.UNKNOWN_INSTANCE: 202,
    WebhookOutcome.FORGED: 401,
    WebhookOutcome.MALFORMED: 400,
}


def http_status(outcome: WebhookOutcome) -> int:
    """The answer to a webhook of which this became."""
    return _STATUSES.get(outcome, 503)
