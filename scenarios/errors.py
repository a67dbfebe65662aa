"""What can go wrong because of the person who asks.

ScenarioError      a scenario, an option or a name that cannot be used: exit 4, one line
"""


class ScenarioError(Exception):
    """What was asked cannot be done; the text says what was found, what is legal and what to do."""
