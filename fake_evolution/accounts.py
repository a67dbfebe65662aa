"""Profiles, pictures, privacy and blocked people: what the server makes of WhatsApp's answers about accounts.

A route that fails tells the library's text its own way; what the server itself refuses inside such a route comes out as
`[object Object]`.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fake_evolution.answers import failure, native_error
from fake_evolution.asking import ask, told_as, told_natively
from fake_evolution.domain.account import DEVICE, Account
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.messages import jid_of
from fake_evolution.domain.signals import Restart
from fake_evolution.domain.states import Link
from fake_evolution.engine import Engine
from fake_evolution.errors import ThrownError
from fake_evolution.numbers import existing, look_up
from fake_evolution.people import picture_of

Body = Mapping[str, Any]

_SUCCESS = {"update": "success"}
_ADDRESS = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)*\.[A-Za-z]{2,}(:\d+)?([/?#]\S*)?")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def is_picture(text: str) -> bool:
    """Whether the server takes a text for an address or for base64, the only pictures it accepts."""
    return bool(_ADDRESS.fullmatch(text) or (text and _BASE64.fullmatch(text)))


# --- looking at accounts ----------------------------------------------------------------------------------------------


async def picture_url(engine: Engine, name: str, number: Any) -> dict[str, Any]:
    """POST /chat/fetchProfilePictureUrl: null when WhatsApp shows none, or cannot be asked."""
    if not isinstance(number, str):
        raise native_error("Cannot read properties of undefined (reading 'replace')")
    jid = jid_of(number)
    try:
        await ask(engine, name, "profilePictureUrl")
    except ThrownError:
        return {"wuid": jid, "profilePictureUrl": None}
    return {"wuid": jid, "profilePictureUrl": picture_of(engine, jid)}


async def profile(engine: Engine, name: str, number: str | None) -> dict[str, Any]:
    """POST /chat/fetchProfile: of a number, or, with little in it, of the instance's own account."""
    jid = jid_of(number) if number else _own_address(engine, name)
    with told_natively():
        found = await existing(engine, name, jid)
    try:
        if not number:
            await ask(engine, name, "getBusinessProfile")
            return {"wuid": jid, "numberExists": True, "isBusiness": False}
        return await _profile_of(engine, name, found)
    except ThrownError:
        return {"wuid": jid, "name": None, "picture": None, "status": None, "os": None, "isBusiness": False}


async def _profile_of(engine: Engine, name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    jid = found["jid"]
    picture = (await picture_url(engine, name, jid))["profilePictureUrl"]
    for method in ("fetchStatus", "getBusinessProfile"):
        await ask(engine, name, method)
    account = engine.accounts.get(_user(jid), Account())
    called = {"name": found["name"]} if "name" in found else {}
    return {
        "wuid": jid,
        **called,
        "numberExists": True,
        "picture": picture,
        "status": {"status": account.status_text, "setAt": account.status_set_at},
        "isBusiness": False,
    }


async def business_profile(engine: Engine, name: str, number: str | None) -> dict[str, Any]:
    """POST /chat/fetchBusinessProfile: nobody here is a business."""
    with told_as("Error updating profile name"):  # the real server's text, wrong as it is
        instance = await ask(engine, name, "getBusinessProfile")
        jid = jid_of(number) if number else _jid_of_owner(instance)
        [found] = await look_up(engine, name, (jid,))
    return {"isBusiness": False, "message": "Not is business profile", **found}


async def privacy(engine: Engine, name: str) -> dict[str, str]:
    """GET /chat/fetchPrivacySettings."""
    with told_natively():
        return dict(_account(engine, await ask(engine, name, "fetchPrivacySettings")).privacy)


# --- changing the own account -----------------------------------------------------------------------------------------


async def rename(engine: Engine, name: str, profile_name: str | None) -> dict[str, Any]:
    """POST /chat/updateProfileName: the next connection.update open tells the new name."""
    with told_as("Error updating profile name"):
        instance = await ask(engine, name, "updateProfileName")
    if instance.phone is not None and profile_name is not None:
        renamed = replace(instance.phone, profile_name=profile_name)
        engine.instances[name] = replace(instance, phone=renamed)
    return dict(_SUCCESS)


async def change_status(engine: Engine, name: str, text: str | None) -> dict[str, Any]:
    """POST /chat/updateProfileStatus."""
    with told_as("Error updating profile status"):
        account = _account(engine, await ask(engine, name, "updateProfileStatus"))
    account.status_text, account.status_set_at = text or "", engine.now_iso()
    return dict(_SUCCESS)


async def change_picture(engine: Engine, name: str, picture: str | None) -> dict[str, Any]:
    """POST /chat/updateProfilePicture; the connection is made anew afterwards."""
    if not is_picture(picture or ""):
        raise failure(500, ["Error updating profile picture", "[object Object]"])
    with told_as("Error updating profile picture"):
        account = _account(engine, await ask(engine, name, "updateProfilePicture"))
    account.pictures_made, account.shows_picture = account.pictures_made + 1, True
    return _connected_anew(engine, name)


async def remove_picture(engine: Engine, name: str) -> dict[str, Any]:
    """DELETE /chat/removeProfilePicture; the connection is made anew afterwards."""
    with told_as("Error removing profile picture"):
        account = _account(engine, await ask(engine, name, "removeProfilePicture"))
    account.shows_picture = False
    return _connected_anew(engine, name)


async def change_privacy(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /chat/updatePrivacySettings; the connection is made anew afterwards."""
    with told_as("Error updating privacy settings"):
        account = _account(engine, await ask(engine, name, "updateReadReceiptsPrivacy"))
    data = account.keep_privacy(body)
    return {**_connected_anew(engine, name), "data": data}


async def block(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /chat/updateBlockStatus."""
    with told_as("Error blocking user"):
        found = await existing(engine, name, body["number"])
        account = _account(engine, await ask(engine, name, "updateBlockStatus"))
    blocked = account.blocked
    (blocked.add if body["status"] == "block" else blocked.discard)(found["jid"])
    return {"block": "success"}


def _connected_anew(engine: Engine, name: str) -> dict[str, Any]:
    instance = engine.instances.get(name)
    if instance is not None and instance.memory is Link.OPEN:
        engine.apply(name, Restart())
    return dict(_SUCCESS)


def _account(engine: Engine, instance: Instance) -> Account:
    """The account that an instance which WhatsApp answered is connected as."""
    return Account() if instance.phone is None else engine.account(instance.phone.number)


def _own_address(engine: Engine, name: str) -> str:
    """The instance's own address with the number of its device; without a phone there is none to read."""
    instance = engine.instances.get(name)
    if instance is None or instance.phone is None:
        raise native_error("Cannot read properties of undefined (reading 'includes')")
    return f"{instance.phone.number}:{DEVICE}@s.whatsapp.net"


def _jid_of_owner(instance: Instance) -> str:
    return "" if instance.phone is None else instance.phone.jid


def _user(jid: str) -> str:
    return jid.partition("@")[0].partition(":")[0]


async def without_business(engine: Engine, name: str, number: str | None) -> dict[str, Any]:
    """POST /business/getCatalog and getCollections: nobody here is a business, so there is nothing to list."""
    jid = jid_of(number) if number else _own_address(engine, name)
    await existing(engine, name, jid)
    return {"wuid": jid, "name": None, "isBusiness": False}
