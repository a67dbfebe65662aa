"""I10: a webhook of a live instance finds its channel: no 404, and an effect that can be seen.

Evolution never repeats a webhook that was answered 404, so one such answer loses the event for good. A backend that
misses its webhooks may still come to know by asking Evolution, seconds later: what it shows right after such an
answer, and long after the webhook, is not the webhook's effect. And no webhook finds a channel that is not its own.
"""

from collections.abc import Iterator
from http import HTTPStatus

from scenarios.downtime import disturbed
from scenarios.happened import Attempt, Event, ProviderAnswer
from scenarios.history import History
from scenarios.observing import look_after, slowest_ack_s
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting
from scenarios.status import ChannelStatus

# So long after the backend took the webhook its effect must be on the page.
EFFECT_S_MAX = 5.0
# An effect that comes later than this, and so shortly after an answer that says the same, is the answer's.
PROMPT_S_MAX = 2.0
ASKED_S_MAX = 1.0
_GONE = frozenset({None, "removed"})
_WAITS_FOR_SCAN = "qr"
_ASKING = frozenset({"start", "request_qr"})


@invariant("I10", gap=Gap.CORRELATION, title="a webhook of a live instance finds its channel")
def finds_channel(history: History) -> Iterator[Judgement]:
    """Judge every QR and every `open` that the backend answered."""
    for event in history.events.values():
        if event.code is None and event.state != "open":
            continue
        refused = _refused(history, event)
        taken = history.taken(event)
        if refused is not None:
            yield _broken(history, event, refused, f"was answered {refused.status}")
        elif taken:
            yield from _judge_effect(history, event, min(taken, key=lambda one: one.ended_s))
    for channel in history.channels:
        yield from _judge_never_open(history, channel)


def _refused(history: History, event: Event) -> Attempt | None:
    """An attempt that was answered "not found" while the instance lived and its channel was not left."""
    channel = history.channel_of.get(event.instance)
    for attempt in history.attempts_for.get(event.event_id, ()):
        if attempt.status not in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            continue
        left = channel and any(
            click.action in {"disconnect", "delete"} and event.t < click.t <= attempt.ended_s
            for click in history.clicks_of.get(channel, ())
        )
        if not left and history.phase_at(event.instance, attempt.sent_s) not in _GONE:
            return attempt
    return None


def _judge_effect(history: History, event: Event, taken: Attempt) -> Iterator[Judgement]:
    channel = history.channel_of.get(event.instance)
    if channel is None:
        hindered = disturbed(history, taken.sent_s, taken.ended_s + EFFECT_S_MAX)
        if not hindered and _is_lost(history, event, taken):
            yield _broken(history, event, taken, "was taken and never shown on any channel")
        return
    effect = _effect(history, channel, event)
    if effect is None:
        hindered = disturbed(history, taken.sent_s, taken.ended_s + EFFECT_S_MAX)
        if not hindered and _must_have_effect(history, channel, event, taken):
            yield _broken(history, event, taken, f"was taken and changed nothing for {EFFECT_S_MAX:g} s")
        return
    answer = _learnt_by_asking(history, event, taken, effect)
    if answer is not None and disturbed(history, taken.sent_s, effect.at_s):
        # What was away on purpose keeps the backend from using what it found.
        return
    if answer is not None:
        late_s = effect.at_s - taken.ended_s
        what = f"was taken and changed nothing for {late_s:.1f} s, until the backend learnt it by asking"
        yield _broken(history, event, taken, what, answer.seq, effect.seq)
    else:
        yield Judgement(holds=True, subject=f"instance {event.instance}", t=taken.ended_s)


def _effect(history: History, channel: str, event: Event) -> Sighting | None:
    """The first look that showed what the event brings; for `open`, anything new since it happened."""
    before: tuple[str | None, ...] | None = None
    for seen in history.sightings_of.get(channel, ()):
        if seen.as_of_s < event.t:
            before = (seen.status, seen.code)
        elif event.code is None:
            if (seen.status, seen.code) != before:
                return seen
        elif seen.code == event.code or seen.qr_error is not None:
            return seen
    return None


def _learnt_by_asking(history: History, event: Event, taken: Attempt, effect: Sighting) -> ProviderAnswer | None:
    """The answer of Evolution to which the effect is due, when it cannot be due to the webhook."""
    prompt_s = PROMPT_S_MAX + slowest_ack_s(history, from_s=taken.ended_s, to_s=effect.at_s)
    if effect.at_s <= taken.ended_s + prompt_s:
        return None
    answers = history.provider_answers_of.get(event.instance, ())
    told = (answer for answer in answers if taken.ended_s < answer.t <= effect.at_s and answer.tells(event))
    return next((answer for answer in told if effect.at_s - answer.t <= ASKED_S_MAX), None)


def _is_lost(history: History, event: Event, taken: Attempt) -> bool:
    """Whether a QR of an instance without a channel meets somebody whose channel shows none."""
    if event.code is None or not _still_waits(history, event, taken.ended_s + EFFECT_S_MAX):
        return False
    connected = set(history.channel_of.values())
    until_s = taken.ended_s + EFFECT_S_MAX
    return any(
        life.start_s <= event.t
        and (history.end_s if life.end_s is None else life.end_s) >= until_s
        and life.channel not in connected
        for life in history.lives.values()
    )


def _must_have_effect(history: History, channel: str, event: Event, taken: Attempt) -> bool:
    """Whether somebody looked for long enough and nothing else came in between."""
    until_s = taken.ended_s + EFFECT_S_MAX
    if history.watched_until_s(channel) < until_s:
        return False
    click = history.next_click(channel, event.t)
    if click is not None and click.t < until_s:
        return False
    return event.code is None or _still_waits(history, event, until_s)


def _still_waits(history: History, event: Event, until_s: float) -> bool:
    """Whether the event's QR is the newest of its instance until then, and nobody scanned it."""
    given = [qr for qr in history.qrs_of.get(event.instance, ()) if qr.t <= until_s]
    newest = bool(given) and given[-1].code == event.code
    return newest and history.phase_at(event.instance, until_s) == _WAITS_FOR_SCAN


def _judge_never_open(history: History, channel: str) -> Iterator[Judgement]:
    """CONNECTED of a channel of which no instance was ever open: somebody else's webhook found it.

    Its whole life must be on record; where no instance of it is known, nobody may have started it.
    """
    instances = history.instances_of.get(channel, ())
    opened_s = [t for one in instances for t in _opened_s(history, one)]
    life = history.life_of.get(channel)
    created = life is not None and any(click.journey == life.journey for click in history.clicks_of.get("", ()))
    asked = any(click.action in _ASKING for click in history.clicks_of.get(channel, ()))
    known = any(history.states_of.get(one) for one in instances)
    for seen in history.sightings_of.get(channel, ()):
        never = seen.status == ChannelStatus.CONNECTED and not any(t <= seen.at_s for t in opened_s)
        if never and created and (known or not asked):
            whose = f"its instance '{instances[0]}' was" if instances else "an instance of it was"
            yield Judgement(
                holds=False,
                subject=f"channel {channel}",
                t=seen.at_s,
                witness=(seen.seq,),
                sentence=(
                    f"{Gap.CORRELATION}: channel {channel} showed CONNECTED ({seen.via}) before {whose} ever open; "
                    f"expected no webhook but its own to move it; look whether a webhook without instance, or with "
                    f"the name of another, is matched by an empty field, by the name alone, or without the tenant"
                ),
            )
            return


def _opened_s(history: History, instance: str) -> Iterator[float]:
    """When the instance was open, by its state, by what it told, and by what it answered."""
    yield from (state.t for state in history.states_of.get(instance, ()) if state.phase == "open")
    yield from (event.t for event in history.events_of.get(instance, ()) if event.state == "open")
    for answer in history.provider_answers_of.get(instance, ()):
        if "open" in {answer.state, *answer.listed}:
            yield answer.t


def _broken(history: History, event: Event, attempt: Attempt, what: str, *witness: int) -> Judgement:
    channel = history.channel_of.get(event.instance)
    whose = f"channel {channel}" if channel else "a channel that never showed a QR of it"
    return Judgement(
        holds=False,
        subject=f"instance {event.instance}",
        t=attempt.ended_s,
        witness=(event.seq, attempt.seq, *(witness or look_after(history, channel, attempt.ended_s))),
        sentence=(
            f"{Gap.CORRELATION}: '{event}' of the live instance '{event.instance}' ({whose}) {what}; expected it "
            f"to find its channel by id or by stored name; look where a webhook's instance is looked up"
        ),
    )
