"""Runs the command line: `python -m channel_backend`."""

import sys

from channel_backend.cli import main

if __name__ == "__main__":
    sys.exit(main())
