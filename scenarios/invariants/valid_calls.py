"""I29: Evolution is only asked what it has: every call fits the contract.

What the contract says of each call stands on the call's own record (`violations`), written when the run was judged by
the room that knows the contract. A journal without it says nothing.
"""

from collections.abc import Iterator

from scenarios.history import History
from scenarios.rules import Duty, Judgement, invariant


@invariant(
    "I29", gap=Duty.PROVIDER_CALLS, title="Evolution is only asked what it has", wide=True, needs=("call", "answer")
)
def valid_calls(history: History) -> Iterator[Judgement]:
    """Judge every call that was held against the contract."""
    for call in history.calls:
        if call.violations is None:
            continue
        yield Judgement(
            holds=not call.violations,
            subject=f"{call.method} {call.path}",
            t=call.t,
            size=float(len(call.violations)),
            witness=(call.seq,),
            sentence=(
                f"{Duty.PROVIDER_CALLS}: the backend called {call.method} {call.path}: "
                f"{'; '.join(call.violations) or 'valid'}; expected a call that Evolution has, with a body it takes; "
                f"look where this request to Evolution is built"
            ),
        )
