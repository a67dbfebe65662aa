"""What the imitated API can be asked about instances: fixed waits, answers and refusals as of the real server.

Each function decides; the `api` rooms only translate requests into these calls.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fake_evolution import event_settings
from fake_evolution.answers import bad_request, database_error, failure, native_error, not_found, unauthorized
from fake_evolution.domain.addresses import passes_validator
from fake_evolution.domain.events.instance import InstanceCreate, InstanceDelete, RemoveInstance
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.settings import Settings, WebhookRow
from fake_evolution.domain.signals import Connect, Logout, Restart
from fake_evolution.domain.states import Link, Phase
from fake_evolution.engine import Engine
from fake_evolution.errors import ApiError
from fake_evolution.server_settings import ServerSettings

_CREATE_WAIT_S = 5.0
_CONNECT_WAIT_S = 2.0
_REMOVAL_AFTER_S = 0.03
_TURNS_UNSEEN = 3
_NAME_LENGTH_MAX = 255
_INTEGRATIONS = ("WHATSAPP-BAILEYS", "WHATSAPP-BUSINESS", "EVOLUTION")
_FOREIGN_KEY = "\nInvalid `{call}` invocation\nForeign key constraint violated on the constraint: `{key}`"
_CONNECTION_CLOSED = "Error: Connection Closed"
_SETTINGS = Settings()  # one for all that choose nothing
_SETTINGS_TOLD = _SETTINGS.answer()
_SETTING_NAMES = frozenset(Settings.__slots__)
_SUCCESS = {"status": "SUCCESS", "error": False}


async def create(engine: Engine, body: Mapping[str, Any], *, instances_max: int) -> dict[str, Any]:
    """POST /instance/create, after its guards and schema."""
    if body.get("integration") not in _INTEGRATIONS:
        raise bad_request("Invalid integration")
    _refuse_unusable(engine, body, instances_max)
    name = body["instanceName"]
    await _turns(_TURNS_UNSEEN)  # a simultaneous create of the name passes its guards here (Q27); a later one must not
    if name in engine.instances:
        await _lose_the_race(engine, name)
    instance = _new_instance(engine, body)
    engine.keep(None, instance, cause="Create")
    try:
        webhook = _inline_webhook(engine, instance, body.get("webhook"))
        websocket = event_settings.inline(engine, instance, body.get("websocket"))
    except ApiError:
        _remove(engine, instance)
        raise
    if webhook is not None or websocket is not None:
        instance = engine.instances[name] = replace(instance, webhook=webhook, websocket=websocket)
    engine.emit(name, InstanceCreate(name, instance.instance_id))
    if body.get("proxyHost") and body.get("proxyPort") and body.get("proxyProtocol"):
        _remove(engine, instance)  # a proxy is tested, and here none is ever reached
        raise bad_request("Invalid proxy")
    _remove_unopened_later(engine, instance)
    connects = body.get("qrcode") is True and instance.integration == "WHATSAPP-BAILEYS"
    if connects:
        engine.apply(name, Connect(body.get("number")))
        await engine.scheduler.sleep(_CREATE_WAIT_S)
    return _created(engine.settings, engine.instances.get(name, instance), body, with_qr=connects)


async def _turns(count: int) -> None:
    """Let the event loop turn so many times."""
    for _ in range(count):
        await asyncio.sleep(0)


def _remove_unopened_later(engine: Engine, instance: Instance) -> None:
    """DEL_INSTANCE: what is not open by then is removed, as if somebody had asked for it."""
    after_s = engine.settings.removes_unopened_after_s
    if after_s is not None:
        engine.scheduler.after(after_s, lambda: _remove_unopened(engine, instance))


def _remove_unopened(engine: Engine, instance: Instance) -> None:
    present = engine.instances.get(instance.name)
    if present is None or not _is_present(engine, instance) or present.memory is Link.OPEN:
        return
    if present.memory is Link.CONNECTING:
        engine.apply(instance.name, Logout())
    engine.scheduler.after(_REMOVAL_AFTER_S, lambda: _emit_removal(engine, instance))


def _refuse_unusable(engine: Engine, body: Mapping[str, Any], instances_max: int) -> None:
    if "instanceName" not in body:
        call, key = "this.prismaRepository.setting.upsert()", "Setting_instanceId_fkey"
        if isinstance(body.get("webhook"), Mapping):
            call, key = "this.prisma.webhook.upsert()", "Webhook_instanceId_fkey"
        raise bad_request(_FOREIGN_KEY.format(call=call, key=key))
    if len(body["instanceName"]) > _NAME_LENGTH_MAX:
        raise bad_request("\nThe provided value for the column is too long for the column's type. Column: name")
    if body["integration"] == "WHATSAPP-BUSINESS":
        for field in ("token", "number"):
            if not body.get(field):
                raise bad_request(f"{field} is required")
    if len(engine.instances) >= instances_max:
        raise bad_request(f"this fake is limited to {instances_max} instances; raise instances_max")


async def _lose_the_race(engine: Engine, name: str) -> None:
    """The loser of two simultaneous creates answers 400, and its clean-up deletes the winner's instance (Q27)."""
    await engine.scheduler.sleep(engine.world.whatsapp.answer_s)
    winner = engine.instances.get(name)
    if winner is not None:
        engine.forget(name, winner.instance_id)
    call, key = "this.prismaRepository.setting.upsert()", "Setting_instanceId_fkey"
    raise bad_request(_FOREIGN_KEY.format(call=call, key=key))


def _remove(engine: Engine, instance: Instance) -> None:
    engine.emit(instance.name, RemoveInstance())
    engine.forget(instance.name, instance.instance_id)


def _new_instance(engine: Engine, body: Mapping[str, Any]) -> Instance:
    name, now = body["instanceName"], engine.now_iso()
    bailey = body["integration"] == "WHATSAPP-BAILEYS"
    chosen = {}
    if not _SETTING_NAMES.isdisjoint(body):
        chosen = {key: body[key] for key in Settings.__slots__ if body.get(key) is not None}
    instance_id, token = engine.ids.identity(name)
    return Instance(
        name=name,
        instance_id=instance_id,
        token=body.get("token") or token,
        created_at=now,
        updated_at=now,
        integration=body["integration"],
        number=body.get("number"),
        business_id=body.get("businessId"),
        settings=Settings(**chosen) if chosen else _SETTINGS,
        phase=Phase.CLOSED if bailey else Phase.OPEN,
        row=Link.CLOSE if bailey else Link.OPEN,
    )


def _inline_webhook(engine: Engine, instance: Instance, given: Any) -> WebhookRow | None:
    """The webhook in create's body: not checked by any schema, always enabled."""
    if given is None or (not given and not isinstance(given, Mapping | list)):
        return None
    if not isinstance(given, Mapping) or given.get("events") is None:
        raise bad_request("Cannot read properties of undefined (reading 'length')")
    url = given.get("url")
    if not isinstance(url, str):
        raise bad_request("\nInvalid `this.prisma.webhook.upsert()` invocation\nArgument `url` is missing.")
    for field, kind in (("events", list), ("headers", Mapping), ("byEvents", bool), ("base64", bool)):
        if given.get(field) is not None and not isinstance(given[field], kind):
            raise bad_request(
                f"\nInvalid `this.prisma.webhook.upsert()` invocation\nArgument `{field}`: Invalid value."
            )
    _refuse_address(engine, url)
    kept = {key: value for key, value in given.items() if value is not None}
    return _webhook_row(engine, instance, {**kept, "enabled": True, "url": url})


def _refuse_address(engine: Engine, url: str) -> None:
    """Older versions look at an address before anything else of a webhook."""
    if engine.profile.checks_webhook_urls and not passes_validator(url, needs_top_level_domain=False):
        raise bad_request('Invalid "url" property')


def _webhook_row(engine: Engine, instance: Instance, given: Mapping[str, Any]) -> WebhookRow:
    """The row after webhook/set or create: fields that are left out keep their old value."""
    old, now = instance.webhook, engine.now_iso()
    events = tuple(given["events"]) if given["enabled"] else ()
    if given["enabled"] and not events:
        events = engine.profile.event_names
    return WebhookRow(
        row_id=old.row_id if old else engine.ids.database("Webhook", instance.name),
        url=given["url"],
        enabled=given["enabled"],
        events=events,
        headers=given.get("headers", old.headers if old else None),
        by_events=given.get("byEvents", old.by_events if old else False),
        base64=given.get("base64", old.base64 if old else False),
        created_at=old.created_at if old else now,
        updated_at=now,
        instance_id=instance.instance_id,
    )


def _created(settings: ServerSettings, instance: Instance, body: Mapping[str, Any], *, with_qr: bool) -> dict[str, Any]:
    business = instance.integration == "WHATSAPP-BUSINESS"
    named = {
        "instanceName": instance.name,
        "instanceId": instance.instance_id,
        "integration": instance.integration,
        "webhookWaBusiness": f"{settings.server_url}/webhook/meta" if business else None,
        "accessTokenWaBusiness": settings.wa_business_token if business else "",
        "status": instance.memory,
    }
    echoes = {kind: _echo(body[kind]) if kind in body else {} for kind in settings.profile.echoed_integrations}
    qrcode = {"qrcode": instance.qr.answer()} if with_qr else {}
    answer = {
        "instance": named,
        "hash": instance.token,
        "webhook": _webhook_echo(body.get("webhook")),
        **echoes,
    }
    chosen = dict(_SETTINGS_TOLD) if instance.settings is _SETTINGS else instance.settings.answer()
    return {**answer, "settings": chosen, **qrcode}


def _echo(given: Any) -> dict[str, Any]:
    return {"enabled": given["enabled"]} if isinstance(given, Mapping) and "enabled" in given else {}


def _webhook_echo(given: Any) -> dict[str, Any]:
    if given is None or not isinstance(given, Mapping):
        return {}
    names = {
        "url": "webhookUrl",
        "headers": "webhookHeaders",
        "byEvents": "webhookByEvents",
        "base64": "webhookBase64",
    }
    return {shown: given[name] for name, shown in names.items() if name in given}


def state_answer(engine: Engine, name: str) -> dict[str, Any]:
    """connectionState: from memory; of an unknown name (reached by a query parameter) there is no state."""
    found = engine.instances.get(name)
    state = {} if found is None else {"state": found.memory}
    return {"instance": {"instanceName": name, **state}}


async def connect(engine: Engine, name: str, number: str | None) -> dict[str, Any]:
    """GET /instance/connect: open answers the state, connecting the QR at once, close opens a socket and waits."""
    found = engine.instances.get(name)
    if found is None:
        return {"error": True, "message": "Cannot read properties of undefined (reading 'connectionStatus')"}
    if found.memory is Link.OPEN:
        return state_answer(engine, name)
    if found.memory is Link.CLOSE:
        engine.apply(name, Connect(number))
        await engine.scheduler.sleep(_CONNECT_WAIT_S)
    return engine.instances.get(name, found).qr.answer()


def restart(engine: Engine, name: str) -> dict[str, Any]:
    """POST /instance/restart: 200 in every state; on a closed instance with an error that says nothing (Q9)."""
    found = engine.instances.get(name)
    if found is None or found.memory is Link.CLOSE:
        return {"error": True, "message": "[object Object]"}
    engine.apply(name, Restart())
    return state_answer(engine, name) if found.memory is Link.OPEN else found.qr.answer()


async def logout(engine: Engine, name: str) -> dict[str, Any]:
    """DELETE /instance/logout: says SUCCESS at once, whatever becomes of it (Q10); newer versions wait for it."""
    found = engine.instances.get(name)
    if found is None or found.memory is Link.CLOSE:
        raise bad_request(f'The "{name}" instance is not connected')
    if engine.profile.logout_waits and found.socket_dead:
        raise failure(500, [_CONNECTION_CLOSED])
    await _log_out(engine, found)
    return {**_SUCCESS, "response": {"message": "Instance logged out"}}


async def _log_out(engine: Engine, instance: Instance) -> None:
    """Incoming messages end with it, whether WhatsApp hears of it or not (Q28)."""
    engine.inbox(instance).closed |= engine.profile.api_logout_ends_messages
    engine.apply(instance.name, Logout())
    if engine.profile.logout_waits:
        await engine.scheduler.sleep(2 * engine.world.whatsapp.answer_s)


async def delete(engine: Engine, name: str) -> dict[str, Any]:
    """DELETE /instance/delete: says SUCCESS at once; the logout races with the removal (Q11)."""
    found = engine.instances.get(name)
    if found is None:
        raise bad_request("Cannot read properties of undefined (reading 'connectionStatus')")
    if engine.profile.logout_waits and found.socket_dead:
        raise bad_request(_CONNECTION_CLOSED)
    if found.memory is not Link.CLOSE:
        await _log_out(engine, found)
    engine.scheduler.after(_REMOVAL_AFTER_S, lambda: _begin_removal(engine, found))
    return {**_SUCCESS, "response": {"message": "Instance deleted"}}


def _begin_removal(engine: Engine, doomed: Instance) -> None:
    if _is_present(engine, doomed):
        engine.emit(doomed.name, InstanceDelete(doomed.name, doomed.instance_id))
        engine.emit(doomed.name, RemoveInstance())


def _emit_removal(engine: Engine, doomed: Instance) -> None:
    if _is_present(engine, doomed):
        engine.emit(doomed.name, RemoveInstance())


def _is_present(engine: Engine, instance: Instance) -> bool:
    found = engine.instances.get(instance.name)
    return found is not None and found.instance_id == instance.instance_id


def rows(engine: Engine, query: Mapping[str, str], *, token: str | None) -> list[dict[str, Any]]:
    """GET /instance/fetchInstances: database rows; with an instance token only that token's."""
    found = [item for item in engine.instances.values() if token in (None, item.token)]
    if token is not None:
        if not found or query.get("instanceName", found[0].name) not in {item.name for item in found}:
            raise unauthorized()
        return [row(engine, item) for item in found]
    keys = {"instanceName": "name", "instanceId": "instance_id", "number": "number"}
    for parameter, attribute in keys.items():
        wanted = query.get(parameter)
        if wanted:
            found = [item for item in found if getattr(item, attribute) == wanted]
            if not found:
                raise not_found(f'Instance "{wanted}" not found')
            break
    return [row(engine, item) for item in found]


def row(engine: Engine, instance: Instance) -> dict[str, Any]:
    """One database row with its relations; there is no webhook among them."""
    owner, ended, kept = instance.owner, instance.disconnection, engine.archive(instance)
    stamps = {"createdAt": instance.created_at, "updatedAt": instance.created_at}
    setting = {
        "id": engine.ids.lasting("Setting", instance.instance_id),
        **instance.settings.answer(),
        **stamps,
        "instanceId": instance.instance_id,
    }
    return {
        "id": instance.instance_id,
        "name": instance.name,
        "connectionStatus": instance.row,
        "ownerJid": owner.jid if owner else None,
        "profileName": owner.profile_name if owner else None,
        "profilePicUrl": owner.picture_url if owner else None,
        "integration": instance.integration,
        "number": instance.number,
        "businessId": instance.business_id,
        "token": instance.token,
        "clientName": engine.settings.client_name,
        "disconnectionReasonCode": ended.code if ended else None,
        "disconnectionObject": ended.object_text if ended else None,
        "disconnectionAt": ended.at if ended else None,
        "createdAt": instance.created_at,
        "updatedAt": instance.updated_at,
        **dict.fromkeys(engine.profile.row_relations),
        "Proxy": None if instance.proxy is None else instance.proxy.answer(),
        "Websocket": instance.websocket.answer() if instance.websocket else None,
        "Setting": setting,
        "_count": {"Message": len(kept.messages), "Contact": len(kept.contacts), "Chat": len(kept.chats)},
    }


def guard_name_free(engine: Engine, body: Mapping[str, Any]) -> str | None:
    """The name that create must refuse as taken, or None; a name of a wrong type is a database error (CONTRACT 2.1)."""
    if "instanceName" not in body:
        return "undefined" if engine.instances else None
    name = body["instanceName"]
    if not isinstance(name, str):
        problem = "must not be null." if name is None else ": Invalid value provided. Expected StringFilter or String"
        raise database_error(
            f"PrismaClientValidationError: \nInvalid `instance.findMany()` invocation\nArgument `name` {problem}"
        )
    return name if name in engine.instances else None


def webhook_set(engine: Engine, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """POST /webhook/set, after its schema: stores and answers the row."""
    instance = engine.instance(name)
    _refuse_address(engine, given["url"])
    if given["enabled"] and "events" not in given:
        raise native_error("Cannot read properties of undefined (reading 'length')")
    if len(given["url"]) > 500:  # noqa: PLR2004  the column's width in the real database
        raise native_error("\nThe provided value for the column is too long for the column's type. Column: url")
    webhook = _webhook_row(engine, instance, given)
    engine.instances[name] = replace(instance, webhook=webhook)
    return webhook.answer()
