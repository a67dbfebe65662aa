"""Handing over webhooks: to whom, when again, and the socket."""
