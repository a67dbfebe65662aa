"""WhatsApp's message types, as far as the server's JSON depends on them.

Which fields are repeated (shown as `[]` when empty), which are 64-bit numbers, which enumerations, which hold another
type, and which types have room for a `contextInfo`. `decoded` makes of a message as the socket library gives it a tree
as `wire` writes it.
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fake_evolution.domain.wire import Long, Named

UNSIGNED, SIGNED = True, False


@dataclass(frozen=True, slots=True)
class Shape:
    """One type: its repeated fields, 64-bit fields (whether unsigned), types of fields, enumerations."""

    repeated: tuple[str, ...] = ()
    longs: Mapping[str, bool] = field(default_factory=dict)
    nested: Mapping[str, str] = field(default_factory=dict)
    enums: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    context: bool = False


_PROTOCOL_TYPES = {
    0: "REVOKE",
    3: "EPHEMERAL_SETTING",
    4: "EPHEMERAL_SYNC_RESPONSE",
    5: "HISTORY_SYNC_NOTIFICATION",
    6: "APP_STATE_SYNC_KEY_SHARE",
    7: "APP_STATE_SYNC_KEY_REQUEST",
    8: "MSG_FANOUT_BACKFILL_REQUEST",
    9: "INITIAL_SECURITY_NOTIFICATION_SETTING_SYNC",
    10: "APP_STATE_FATAL_EXCEPTION_NOTIFICATION",
    11: "SHARE_PHONE_NUMBER",
    14: "MESSAGE_EDIT",
    16: "PEER_DATA_OPERATION_REQUEST_MESSAGE",
    17: "PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE",
    18: "REQUEST_WELCOME_MESSAGE",
    19: "BOT_FEEDBACK_MESSAGE",
    20: "MEDIA_NOTIFY_MESSAGE",
    21: "CLOUD_API_THREAD_CONTROL_NOTIFICATION",
    22: "LID_MIGRATION_MAPPING_SYNC",
    23: "REMINDER_MESSAGE",
}
_HISTORY_TYPES = dict(
    enumerate(
        (
            *("INITIAL_BOOTSTRAP", "INITIAL_STATUS_V3", "FULL", "RECENT"),
            *("PUSH_NAME", "NON_BLOCKING_DATA", "ON_DEMAND", "NO_HISTORY"),
        )
    )
)
_INITIATORS = dict(enumerate(("CHANGED_IN_CHAT", "INITIATED_BY_ME", "INITIATED_BY_OTHER", "BIZ_UPGRADE_FB_HOSTING")))
_TRIGGERS = dict(enumerate(("UNKNOWN", "CHAT_SETTING", "ACCOUNT_SETTING", "BULK_CHANGE")))
_PREVIEWS = {0: "NONE", 1: "VIDEO", 4: "PLACEHOLDER", 5: "IMAGE", 6: "PAYMENT_LINKS"}
_MEDIA = {"fileLength": UNSIGNED, "mediaKeyTimestamp": SIGNED}
_MEDIA_SHAPE = Shape(longs=_MEDIA, context=True)
_VIDEO = Shape(
    ("interactiveAnnotations", "annotations", "processedVideos"),
    longs=_MEDIA,
    enums={"gifAttribution": {0: "NONE", 1: "GIPHY", 2: "TENOR"}},
    context=True,
)
_WITH_CONTEXT = Shape(context=True)
_POLL = Shape(("options",), context=True)
_ENVELOPE = Shape(nested={"message": "Message"})

# Types that are named after the field of Message that holds them.
_KINDS: Mapping[str, Shape] = {
    "imageMessage": Shape(("interactiveAnnotations", "scanLengths", "annotations"), longs=_MEDIA, context=True),
    "videoMessage": _VIDEO,
    "ptvMessage": _VIDEO,
    "audioMessage": _MEDIA_SHAPE,
    "documentMessage": _MEDIA_SHAPE,
    "stickerMessage": Shape(longs={**_MEDIA, "stickerSentTs": SIGNED}, context=True),
    "extendedTextMessage": Shape(longs={"mediaKeyTimestamp": SIGNED}, enums={"previewType": _PREVIEWS}, context=True),
    "contactMessage": _WITH_CONTEXT,
    "contactsArrayMessage": Shape(("contacts",), nested={"contacts": "contactMessage"}, context=True),
    "locationMessage": _WITH_CONTEXT,
    "liveLocationMessage": Shape(longs={"sequenceNumber": SIGNED}, context=True),
    "reactionMessage": Shape(longs={"senderTimestampMs": SIGNED}),
    "pollCreationMessage": _POLL,
    "pollCreationMessageV2": _POLL,
    "pollCreationMessageV3": _POLL,
    "pollUpdateMessage": Shape(longs={"senderTimestampMs": SIGNED}),
    "listMessage": Shape(
        ("sections",),
        nested={"sections": "Section"},
        enums={"listType": {0: "UNKNOWN", 1: "SINGLE_SELECT", 2: "PRODUCT_LIST"}},
        context=True,
    ),
    "listResponseMessage": Shape(enums={"listType": {0: "UNKNOWN", 1: "SINGLE_SELECT"}}, context=True),
    "buttonsMessage": Shape(("buttons",), context=True),
    "buttonsResponseMessage": Shape(enums={"type": {0: "UNKNOWN", 1: "DISPLAY_TEXT"}}, context=True),
    "templateMessage": Shape(nested={"hydratedTemplate": "HydratedTemplate"}, context=True),
    "templateButtonReplyMessage": _WITH_CONTEXT,
    "interactiveMessage": Shape(nested={"nativeFlowMessage": "NativeFlow"}, context=True),
    "interactiveResponseMessage": _WITH_CONTEXT,
    "productMessage": _WITH_CONTEXT,
    "orderMessage": Shape(longs={"totalAmount1000": SIGNED}, context=True),
    "groupInviteMessage": Shape(longs={"inviteExpiration": SIGNED}, context=True),
    "newsletterAdminInviteMessage": Shape(longs={"inviteExpiration": SIGNED}, context=True),
    "requestPhoneNumberMessage": _WITH_CONTEXT,
    "eventMessage": Shape(longs={"startTime": SIGNED, "endTime": SIGNED}, context=True),
    "albumMessage": _WITH_CONTEXT,
    "pinInChatMessage": Shape(longs={"senderTimestampMs": SIGNED}),
    "keepInChatMessage": Shape(longs={"timestampMs": SIGNED}),
    "scheduledCallCreationMessage": Shape(longs={"scheduledTimestampMs": SIGNED}),
    "protocolMessage": Shape(
        longs={"ephemeralSettingTimestamp": SIGNED, "timestampMs": SIGNED},
        nested={
            "editedMessage": "Message",
            "historySyncNotification": "HistorySyncNotification",
            "disappearingMode": "DisappearingMode",
        },
        enums={"type": _PROTOCOL_TYPES},
    ),
    "viewOnceMessage": _ENVELOPE,
    "viewOnceMessageV2": _ENVELOPE,
    "viewOnceMessageV2Extension": _ENVELOPE,
    "ephemeralMessage": _ENVELOPE,
    "documentWithCaptionMessage": _ENVELOPE,
    "editedMessage": _ENVELOPE,
    "groupMentionedMessage": _ENVELOPE,
    "lottieStickerMessage": _ENVELOPE,
    "deviceSentMessage": _ENVELOPE,
}
_SHAPES: Mapping[str, Shape] = {
    **_KINDS,
    "Message": Shape(nested={name: name for name in _KINDS} | {"messageContextInfo": "MessageContextInfo"}),
    "MessageContextInfo": Shape(nested={"deviceListMetadata": "DeviceListMetadata"}),
    "DeviceListMetadata": Shape(
        ("senderKeyIndexes", "recipientKeyIndexes"),
        longs={"senderTimestamp": UNSIGNED, "recipientTimestamp": UNSIGNED},
    ),
    "ContextInfo": Shape(
        ("mentionedJid", "groupMentions"),
        longs={"ephemeralSettingTimestamp": SIGNED},
        nested={"quotedMessage": "Message", "disappearingMode": "DisappearingMode"},
    ),
    "DisappearingMode": Shape(enums={"initiator": _INITIATORS, "trigger": _TRIGGERS}),
    "HistorySyncNotification": Shape(
        longs={"fileLength": UNSIGNED, "oldestMsgInChunkTimestampSec": SIGNED}, enums={"syncType": _HISTORY_TYPES}
    ),
    "HydratedTemplate": Shape(("hydratedButtons",)),
    "Section": Shape(("rows",)),
    "NativeFlow": Shape(("buttons",)),
}
_PLAIN = Shape()


def decoded(message: Mapping[str, Any]) -> dict[str, Any]:
    """The tree of a message's content; bytes came as `{"$b64": text}` or as bytes."""
    found: dict[str, Any] = _decoded(message, "Message")
    return found


def has_room_for_context(kind: str) -> bool:
    """Whether a message of this kind can have a contextInfo."""
    return _KINDS.get(kind, _PLAIN).context


def _decoded(value: Any, shape_name: str | None) -> Any:
    if isinstance(value, list):
        return [_decoded(found, shape_name) for found in value]
    if not isinstance(value, Mapping):
        return value
    if set(value) == {"$b64"}:
        return b64decode(value["$b64"])
    shape = _SHAPES.get(shape_name or "", _PLAIN)
    empty: dict[str, Any] = {name: [] for name in shape.repeated}
    return empty | {name: _field(found, name, shape) for name, found in value.items() if found is not None}


def _field(value: Any, name: str, shape: Shape) -> Any:
    if name in shape.longs and isinstance(value, int | str):
        return Long(int(value), shape.longs[name])
    if name in shape.enums and isinstance(value, int):
        return Named(value, shape.enums[name].get(value, str(value)))
    return _decoded(value, "ContextInfo" if name == "contextInfo" else shape.nested.get(name))
