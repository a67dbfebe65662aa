"""The HTTP routes: they translate and answer, and decide nothing."""
