"""The bench: what the fake costs, measured against bounds that are written down.

    run ─▶ one process a row, on one core ─▶ measures ─▶ bounds of budgets.toml ─▶ table, JSON, exit code
                   │ webhooks
                   ▼
               receiver, on the other core

Costs are processor time, not time on the wall, so that a busy machine does not change what is measured; what is a ratio
has both of its sides measured in the same run.
"""
