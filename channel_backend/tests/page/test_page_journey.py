"""The Canais page in a real browser: the journey, with the fake Evolution server behind it."""

from typing import Any

import pytest

from channel_backend.tests.page.screen import appears, disappears

pytestmark = pytest.mark.stack

BUTTONS = {
    "DISCONNECTED": ["Connect", "New QR code", "Rename", "Delete"],
    "QRCODE": ["QR code", "Cancel", "Rename", "Delete"],
    "CONNECTED": ["Disconnect", "Rename", "Delete"],
}


async def connected(screen: Any, control: Any, name: str = "Loja") -> Any:
    """A channel of this name, connected by its own QR code; what the phone says."""
    await screen.button(name, "Connect").click()
    scanned = await control.scan(code=await screen.code_on_show())
    await screen.has(name, "CONNECTED")
    return scanned


async def test_the_regression_journey(opened: Any, control: Any) -> None:
    """Create, connect, the window opens with a QR code, scan it: it closes; disconnect asks first."""
    screen = await opened()
    await screen.add("Loja")

    scanned = await connected(screen, control)

    assert scanned["verdict"] == "linked"
    assert await disappears(screen.at("#qr"))
    assert await screen.card("Loja").locator(".number").inner_text() == f"+{scanned['number']}"
    await screen.button("Loja", "Disconnect").click()
    await screen.page.click("#confirm-yes")
    assert await screen.has("Loja", "DISCONNECTED")


async def test_thinking_better_of_it_changes_nothing(opened: Any, control: Any) -> None:
    """Escape in the question leaves the channel connected, and the focus where it was."""
    screen = await opened()
    await screen.add("Loja")
    await connected(screen, control)

    await screen.button("Loja", "Disconnect").click()
    await screen.page.keyboard.press("Escape")

    assert await disappears(screen.at("#confirm"))
    assert await screen.button("Loja", "Disconnect").evaluate("button => button === document.activeElement")
    assert await screen.has("Loja", "CONNECTED")


async def test_a_slow_qr_code_opens_the_window_when_it_comes(opened: Any, control: Any) -> None:
    """While WhatsApp takes its time the list says so; the window opens by itself, with a code that links."""
    await control.reset(world={"whatsapp": {"qr_first": "6500ms"}})
    screen = await opened()
    await screen.add("Loja")

    await screen.button("Loja", "Connect").click()
    await screen.has("Loja", "CONNECTING")
    was_open = await screen.at("#qr").is_visible()
    scanned = await control.scan(code=await screen.code_on_show())

    assert (was_open, scanned["verdict"]) == (False, "linked")
    assert await screen.has("Loja", "CONNECTED")


async def test_a_lost_socket_is_said_and_made_good(opened: Any, control: Any) -> None:
    """Without a socket the list is asked for; when the socket is back, it is live again."""
    screen = await opened()
    await screen.add("Loja")
    assert await appears(screen.at("#live"), "Live")

    await screen.live.cut()
    assert await appears(screen.at("#live"), "Reconnecting")
    scanned = await connected(screen, control)
    screen.live.is_cut = False

    assert scanned["verdict"] == "linked"
    assert await appears(screen.at("#live"), "Live")


async def test_another_window_of_the_tenant_is_live_too(opened: Any, control: Any) -> None:
    """What one person does, another one sees, without the QR window in their face."""
    one = await opened()
    await one.add("Loja")
    other = await one.page.context.new_page()
    await other.goto(one.page.url)

    await connected(one, control)

    assert await appears(other.locator("li.channel"), "Connected")
    assert not await other.locator("#qr").is_visible()


async def test_every_status_has_its_buttons(opened: Any, control: Any) -> None:
    """The buttons are those that do something in this status."""
    screen = await opened()
    await screen.add("Loja")
    shown = {"DISCONNECTED": await screen.buttons("Loja")}

    await screen.button("Loja", "New QR code").click()
    code = await screen.code_on_show()
    await screen.page.keyboard.press("Escape")
    await screen.has("Loja", "QRCODE")
    shown["QRCODE"] = await screen.buttons("Loja")
    await control.scan(code=code)
    await screen.has("Loja", "CONNECTED")
    shown["CONNECTED"] = await screen.buttons("Loja")

    assert shown == BUTTONS


async def test_evolution_away_ends_in_a_reason_and_a_retry(opened: Any, control: Any) -> None:
    """The card says why and what to do, in the language of the person."""
    screen = await opened(locale="pt-BR")
    await screen.add("Loja")
    await control.restart(down_s=20.0)

    await screen.button("Loja", "Conectar").click()
    await screen.has("Loja", "ERROR")

    assert await appears(screen.card("Loja").locator(".hint"), "O servidor do WhatsApp (Evolution)")
    assert await screen.button("Loja", "Tentar de novo").is_enabled()


async def test_the_plan_limit_is_explained(opened: Any) -> None:
    """One channel more than the plan allows: the page says what can be done."""
    screen = await opened(limit=1)
    await screen.add("Loja")

    await screen.page.click("#add")
    await screen.page.fill("#edit-name", "Filial")
    await screen.page.click("#edit-save")

    assert await appears(screen.at("#complaints"), "The channel limit of your plan is reached.")


async def test_rename_and_delete(opened: Any) -> None:
    """A name can be changed; a deleted channel is gone."""
    screen = await opened()
    await screen.add("Loja")

    await screen.button("Loja", "Rename").click()
    await screen.page.fill("#edit-name", "Matriz")
    await screen.page.keyboard.press("Enter")
    await screen.has("Matriz", "DISCONNECTED")
    await screen.button("Matriz", "Delete").click()
    await screen.page.click("#confirm-yes")

    assert await appears(screen.at("#nothing"), "There are no channels yet.")
