"""sendButtons."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from fake_evolution.answers import bad_request, native_error
from fake_evolution.sending.draft import Asked, Draft, Holder, Kind, options_of
from fake_evolution.sending.preparing import Media, prepared

_REPLIES_MAX = 3
_NAMES = {"reply": "quick_reply", "copy": "cta_copy", "url": "cta_url", "call": "cta_call", "pix": "payment_info"}
_PIX_KEYS = {"phone": "PHONE", "email": "EMAIL", "cpf": "CPF", "cnpj": "CNPJ", "random": "EVP"}

Button = Mapping[str, Any]


async def compose(asked: Asked) -> Draft:
    """Buttons under a text: up to three replies, or one for a payment, or links, calls and codes."""
    buttons = asked.body.get("buttons")
    if buttons is None:
        raise native_error("Cannot read properties of undefined (reading 'length')")
    pays = _refuse_mixture([button["type"] for button in buttons])
    flow = {
        "buttons": [{"name": _NAMES[one["type"]], "buttonParamsJson": _told(asked, one)} for one in buttons],
        "messageParamsJson": _json({"from": "api", "templateId": asked.engine.ids.uuid("template", asked.instance)}),
    }
    shown = {} if pays else await _frame(asked)
    content = {"viewOnceMessage": {"message": {"interactiveMessage": {**shown, "nativeFlowMessage": flow}}}}
    return Draft(asked.body["number"], "viewOnceMessage", content, Holder.NOWHERE, options_of(asked.body))


def _refuse_mixture(types: list[str]) -> bool:
    """Whether it is a payment; ApiError where the types do not go together."""
    replies, pays, others = "reply" in types, "pix" in types, bool(set(types) - {"reply", "pix"})
    if not types:
        raise bad_request("At least one button is required")
    if replies and len(types) > _REPLIES_MAX:
        raise bad_request("Maximum of 3 reply buttons allowed")
    if replies and others:
        raise bad_request("Reply buttons cannot be mixed with other button types")
    if pays and len(types) > 1:
        raise bad_request("Only one PIX button is allowed")
    return pays


async def _frame(asked: Asked) -> dict[str, Any]:
    """Text, footer and picture around the buttons; a title that is missing reads `undefined`."""
    body = asked.body
    described = f"\n\n{body['description']}\n" if body.get("description") else ""
    footer = {"text": body["footer"]} if "footer" in body else {}
    header = {}
    if body.get("thumbnailUrl"):
        _, picture, _ = await prepared(asked, Media("image", source=body["thumbnailUrl"]))
        header = {"header": {"hasMediaAttachment": True, **picture}}
    return {"body": {"text": f"*{body.get('title', 'undefined')}*{described}"}, "footer": footer, **header}


def _told(asked: Asked, button: Button) -> str:
    if button["type"] == "pix":
        return _json(_payment(asked, button))
    fields: Mapping[str, Callable[[], dict[str, Any]]] = {
        "call": lambda: {"phone_number": button.get("phoneNumber")},
        "reply": lambda: {"id": button.get("id")},
        "copy": lambda: {"copy_code": button.get("copyCode")},
        "url": lambda: {"url": button.get("url"), "merchant_url": button.get("url")},
    }
    return _json({"display_text": button.get("displayText"), **fields[button["type"]]()})


def _payment(asked: Asked, button: Button) -> dict[str, Any]:
    nothing = {"value": 0, "offset": 100}
    item = {"name": "", "amount": nothing, "quantity": 0, "sale_amount": nothing}
    code = {
        "merchant_name": button.get("name"),
        "key": button.get("key"),
        "key_type": _PIX_KEYS.get(button.get("keyType", "")),
    }
    return {
        "currency": button.get("currency"),
        "total_amount": nothing,
        "reference_id": asked.engine.ids.reference(asked.instance),
        "type": "physical-goods",
        "order": {"status": "pending", "subtotal": nothing, "order_type": "ORDER", "items": [item]},
        "payment_settings": [{"type": "pix_static_code", "pix_static_code": _present(code)}],
        "share_payment_status": False,
    }


def _present(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _json(fields: Mapping[str, Any]) -> str:
    """As JavaScript prints it; what is not there is left out."""
    return orjson.dumps(_present(fields)).decode()


KIND = Kind("sendButtons", "buttonMessage", compose)
