"""Judges what the socket.io clients of a replay saw against what those of the recording did."""

from contracts.align import Difference, Kind, Leaf, align, field_paths
from contracts.compare import differences, judge
from contracts.recording import SocketStep
from contracts.replayed import Replay
from contracts.shares import Place, Sum
from contracts.sockets import Connected, Heard, paired
from contracts.webhooks import GONE_EVENTS, deleted_s


def judge_sockets(total: Sum, replay: Replay) -> None:
    """Every attempt to connect, every recorded event, and events that nobody recorded."""
    steps = replay.recording.of(SocketStep)
    for connected in replay.connected:
        _judge_connection(total, connected)
    pairs = paired(steps, list(replay.heard))
    gone = deleted_s(replay)
    for step, heard in pairs:
        if heard is not None:
            _judge_event(total, replay, step, heard)
        elif step.fields["event"] not in GONE_EVENTS or step.fields["args"][0]["instance"] not in gone:
            total.count("sockets", same=False)
            lost = Difference(Kind.SOCKET, "event", step.fields["event"])
            total.find(_place(step), [lost])
    known = [heard for _, heard in pairs]
    for heard in replay.heard:
        if heard not in known and heard.event not in GONE_EVENTS and heard.at_s <= replay.ended_s:
            total.count("sockets", same=False)
            extra = Difference(Kind.SOCKET, "event", None, heard.event)
            total.find((None, f"socket.io client {heard.client}"), [extra])


def _place(step: SocketStep) -> Place:
    return step.position, f"socket.io {step.fields['client']['namespace']} {step.fields['type']}"


def _judge_connection(total: Sum, connected: Connected) -> None:
    step = connected.step
    expected, got = (step.fields["type"], step.fields.get("message")), (connected.type, connected.message)
    total.count("sockets", expected == got)
    found = [] if expected == got else [Difference(Kind.SOCKET, "connection", list(expected), list(got))]
    total.find(_place(step), found)


def _judge_event(total: Sum, replay: Replay, step: SocketStep, heard: Heard) -> None:
    expected, got = step.fields["args"], heard.args
    found = differences(expected, got, replay.context, ("args",))
    total.count("sockets", not found)
    recorded, replayed = set(field_paths(expected)), set(field_paths(got))
    total.count("field paths", len(recorded & replayed), len({path for path, _ in recorded | replayed}))
    leaves = [item for item in align(expected, got) if isinstance(item, Leaf)]
    total.count("values", sum(judge(leaf, replay.context) is None for leaf in leaves), len(leaves))
    total.find(_place(step), found)
