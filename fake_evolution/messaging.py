"""Messages that come in."""
