"""Reports: what a run's files say, for people (HTML, Markdown) and for CI (JUnit)."""
