"""Known bugs of real backends, each put back by a switch, to prove that the harness sees them.

Nothing imports this package unless `CHANNEL_BACKEND_DEFECTS` is set. Each module holds `DEFECTS`; the folder is walked.
"""
