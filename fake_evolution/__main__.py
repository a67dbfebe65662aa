"""`python -m fake_evolution` is the console script `fake-evolution`."""

import sys

from fake_evolution.cli import main

sys.exit(main())
