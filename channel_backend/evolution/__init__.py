"""Everything about Evolution API: asking it, and reading and trusting what it posts."""
