"""What can happen beside a journey: one file per step, found by name."""
