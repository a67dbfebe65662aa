"""The Canais page in a real browser, with the fake Evolution server behind it."""

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, WebSocketRoute, async_playwright, expect

from channel_backend import intake, patience
from channel_backend.access import Passwords
from channel_backend.status import ChannelStatus
from channel_backend.store.accounts import Profile
from fake_evolution import WhatsApp, World
from scenarios.eyes import read_qr

pytestmark = pytest.mark.stack

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PASSWORD = "a-password-for-tests"
WAIT_MS = 30_000


@dataclass
class Screen:
    """A window with the page in it, and whoever looks at it."""

    page: Page
    person: Any
    live: "Line"

    def card(self, name: str) -> Any:
        """The card of a channel."""
        return self.page.locator("li.channel", has=self.page.get_by_role("heading", name=name, exact=True))

    def button(self, name: str, label: str) -> Any:
        """A button on a channel's card."""
        return self.page.get_by_role("button", name=f"{label}: {name}", exact=True)

    async def has(self, name: str, status: str) -> None:
        """Waits until the channel is shown with this status."""
        await expect(self.card(name)).to_have_attribute("data-status", status, timeout=WAIT_MS)

    async def add(self, name: str) -> None:
        """Creates a channel by the form."""
        await self.page.click("#add")
        await self.page.fill("#edit-name", name)
        await self.page.click("#edit-save")
        await self.has(name, "DISCONNECTED")

    async def code_on_show(self) -> str:
        """What a phone reads from the image in the window."""
        image = self.page.locator("#qr-image")
        await expect(image).to_be_visible(timeout=WAIT_MS)
        reading = read_qr(str(await image.get_attribute("src")))
        assert reading.code is not None, reading.error
        return reading.code


@dataclass
class Line:
    """The page's socket, which can be cut."""

    is_cut: bool = False
    sockets: list[WebSocketRoute] = field(default_factory=list)

    async def take(self, socket: WebSocketRoute) -> None:
        """Let a new socket through, or not."""
        if self.is_cut:
            await socket.close()
            return
        self.sockets.append(socket)
        socket.connect_to_server()

    async def cut(self) -> None:
        """Close what is open and let nothing through."""
        self.is_cut = True
        for socket in self.sockets:
            await socket.close()


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"NO BROWSER: none of {', '.join(NAMES)} is installed, the page was not looked at")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        await started.close()


@pytest.fixture
async def backend(backend_with: Any, fake: Any) -> Any:
    """A backend in front of the fake."""
    return await backend_with(fake.url, patient=True, evolution_api_key=fake.api_key)


@pytest.fixture
async def opened(browser: Browser, backend: Any, person_at: Any) -> AsyncIterator[Any]:
    """Opens the page as somebody who has just signed in; anything on the console is an error."""
    contexts = []

    async def open_page(*, profile: Profile = Profile.ADMIN, limit: int = 50, **window: Any) -> Screen:
        person = await person_at(backend, profile=profile, limit=limit)
        email = await give_password(backend, person)
        context = await browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1100, "height": 800}, **window})
        contexts.append(context)
        page, line = await context.new_page(), Line()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        await page.route_web_socket(re.compile(r"/socket\.io/"), line.take)
        await page.goto(f"{backend.url}/")
        await sign_in(page, email)
        return Screen(page, person, line)

    yield open_page
    for context in contexts:
        await context.close()


async def give_password(backend: Any, person: Any) -> str:
    """An account of the person's tenant that can sign in by its password; its address."""
    email = f"tela-{person.tenant_id}@example.com"
    hashed = await Passwords().hashed(PASSWORD)
    profile = backend.parts.tokens.identity(person.token).profile
    await backend.parts.accounts.create_user(
        tenant_id=person.tenant_id, email=email, name="Ana", password_hash=hashed, profile=profile
    )
    return email


async def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fills in the form with the keyboard."""
    await page.fill("input[name=email]", email)
    await page.fill("input[name=password]", password)
    await page.keyboard.press("Enter")


async def test_the_regression_journey(opened: Any, control: Any) -> None:
    """Create, connect, the window opens with a QR code, scan it: it closes; disconnect asks first."""
    screen = await opened()
    await screen.add("Loja")

    await screen.button("Loja", "Connect").click()
    scanned = await control.scan(code=await screen.code_on_show())
    await screen.has("Loja", "CONNECTED")

    assert scanned["verdict"] == "linked"
    await expect(screen.page.locator("#qr")).to_be_hidden()
    await expect(screen.card("Loja").locator(".number")).to_have_text(f"+{scanned['number']}")
    await screen.button("Loja", "Disconnect").click()
    await screen.page.click("#confirm-yes")
    await screen.has("Loja", "DISCONNECTED")


async def test_thinking_better_of_it_changes_nothing(opened: Any, control: Any) -> None:
    """Cancel in the question leaves the channel connected, and the focus where it was."""
    screen = await opened()
    await screen.add("Loja")
    await screen.button("Loja", "Connect").click()
    await control.scan(code=await screen.code_on_show())
    await screen.has("Loja", "CONNECTED")

    await screen.button("Loja", "Disconnect").click()
    await screen.page.keyboard.press("Escape")

    await expect(screen.button("Loja", "Disconnect")).to_be_focused()
    await screen.has("Loja", "CONNECTED")


async def test_a_slow_qr_code_opens_the_window_when_it_comes(opened: Any, fake: Any, control: Any) -> None:
    """While WhatsApp takes its time the list says so; the window opens by itself, with a code that links."""
    await fake.reset(world=World(whatsapp=WhatsApp(qr_first_s=6.5)))
    screen = await opened()
    await screen.add("Loja")

    await screen.button("Loja", "Connect").click()
    await screen.has("Loja", "CONNECTING")
    await expect(screen.page.locator("#qr")).to_be_hidden()
    scanned = await control.scan(code=await screen.code_on_show())

    assert scanned["verdict"] == "linked"
    await screen.has("Loja", "CONNECTED")


async def test_a_lost_socket_is_said_and_made_good(opened: Any, control: Any) -> None:
    """Without a socket the list is asked for; when the socket is back, it is live again."""
    screen = await opened()
    await screen.add("Loja")
    await expect(screen.page.locator("#live")).to_have_text("Live")

    await screen.live.cut()
    await expect(screen.page.locator("#live")).to_contain_text("Reconnecting")
    await screen.button("Loja", "Connect").click()
    scanned = await control.scan(code=await screen.code_on_show())
    await screen.has("Loja", "CONNECTED")
    screen.live.is_cut = False

    assert scanned["verdict"] == "linked"
    await expect(screen.page.locator("#live")).to_have_text("Live", timeout=WAIT_MS)


async def test_another_window_of_the_tenant_is_live_too(opened: Any, control: Any) -> None:
    """What one person does, another one sees, without the QR window in their face."""
    one = await opened()
    await one.add("Loja")
    other = await one.page.context.new_page()
    await other.goto(one.page.url)

    await one.button("Loja", "Connect").click()
    await control.scan(code=await one.code_on_show())

    card = other.locator("li.channel")
    await expect(card).to_have_attribute("data-status", "CONNECTED", timeout=WAIT_MS)
    await expect(other.locator("#qr")).to_be_hidden()


BUTTONS = {
    "DISCONNECTED": ["Connect", "New QR code", "Rename", "Delete"],
    "QRCODE": ["QR code", "Cancel", "Rename", "Delete"],
    "CONNECTED": ["Disconnect", "Rename", "Delete"],
}


async def test_every_status_has_its_buttons(opened: Any, control: Any) -> None:
    """The buttons are those that do something in this status."""
    screen = await opened()
    await screen.add("Loja")
    shown = {"DISCONNECTED": await screen.card("Loja").get_by_role("button").all_inner_texts()}

    await screen.button("Loja", "New QR code").click()
    code = await screen.code_on_show()
    await screen.page.keyboard.press("Escape")
    shown["QRCODE"] = await screen.card("Loja").get_by_role("button").all_inner_texts()
    await control.scan(code=code)
    await screen.has("Loja", "CONNECTED")
    shown["CONNECTED"] = await screen.card("Loja").get_by_role("button").all_inner_texts()

    assert shown == BUTTONS


async def test_evolution_away_ends_in_a_reason_and_a_retry(opened: Any, control: Any) -> None:
    """The card says why and what to do; the retry works once Evolution is back."""
    screen = await opened(locale="pt-BR")
    await screen.add("Loja")
    await control.restart(down_s=20.0)

    await screen.button("Loja", "Conectar").click()
    await screen.has("Loja", "ERROR")

    await expect(screen.card("Loja").locator(".hint")).to_contain_text("Evolution")
    await expect(screen.button("Loja", "Tentar de novo")).to_be_enabled()


async def test_the_plan_limit_is_explained(opened: Any) -> None:
    """One channel more than the plan allows: the page says what can be done."""
    screen = await opened(limit=1)
    await screen.add("Loja")

    await screen.page.click("#add")
    await screen.page.fill("#edit-name", "Filial")
    await screen.page.click("#edit-save")

    await expect(screen.page.get_by_role("alert").filter(has_text="limit of your plan")).to_be_visible()


async def test_a_reader_sees_and_cannot_touch(opened: Any) -> None:
    """Somebody without the right to change channels gets no buttons, and is told why."""
    screen = await opened(profile=Profile.USER)

    await expect(screen.page.locator("#looking-only")).to_be_visible()
    await expect(screen.page.locator("#add")).to_be_hidden()


async def test_a_wrong_password_says_so(browser: Browser, backend: Any) -> None:
    """The form stays, with a sentence that a screen reader speaks."""
    page = await browser.new_page(locale="pt-BR")
    await page.goto(f"{backend.url}/canais")

    await sign_in(page, "ninguem@example.com", "senha-errada")

    await expect(page.get_by_role("alert")).to_contain_text("E-mail ou senha incorretos")
    await page.close()


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

    await expect(screen.page.locator("#nothing")).to_be_visible()


async def test_a_name_that_is_too_short_is_not_sent(opened: Any) -> None:
    """The field says what is legal and keeps what was typed."""
    screen = await opened()

    await screen.page.click("#add")
    await screen.page.fill("#edit-name", "ab")
    await screen.page.click("#edit-save")

    await expect(screen.page.locator("#edit-wrong")).to_contain_text("3 to 50")
    await expect(screen.page.locator("#edit-name")).to_have_attribute("aria-invalid", "true")


async def test_the_keyboard_is_enough(opened: Any) -> None:
    """From the first Tab on: create a channel and open its question without a mouse."""
    screen = await opened()
    keyboard = screen.page.keyboard
    await expect(screen.page.locator("#add")).to_be_visible()
    await screen.page.locator("#add").focus()

    await keyboard.press("Enter")
    await keyboard.type("Loja")
    await keyboard.press("Enter")
    await screen.has("Loja", "DISCONNECTED")
    await expect(screen.button("Loja", "Connect")).to_be_focused()
    for _ in range(3):
        await keyboard.press("Tab")
    await keyboard.press("Enter")

    await expect(screen.page.get_by_role("alertdialog")).to_be_visible()


@pytest.mark.parametrize("width", [320, 768, 1280])
async def test_no_width_scrolls_sideways(opened: Any, width: int) -> None:
    """The page fits narrow and wide windows, with a long name in it."""
    screen = await opened(viewport={"width": width, "height": 700})

    await screen.add("Atendimento" * 4)

    assert await screen.page.evaluate("document.documentElement.scrollWidth") == width


async def test_both_languages_say_everything(opened: Any) -> None:
    """The two tables have the same keys, and switching changes what stands on the page."""
    screen = await opened()
    keys = await screen.page.evaluate(
        "import('/canais/words.js').then(m => Object.values(m.WORDS).map(table => Object.keys(table).sort()))"
    )

    await screen.page.select_option("#language", "pt-BR")

    assert keys[0] == keys[1]
    await expect(screen.page.locator("#channels-title")).to_have_text("Canais")
    assert await screen.page.get_attribute("html", "lang") == "pt-BR"


async def test_the_page_knows_the_words_of_the_contract(opened: Any) -> None:
    """Each status of the contract has its buttons, and the page has no other."""
    screen = await opened()

    known = await screen.page.evaluate("import('/canais/statuses.js').then(m => Object.keys(m.STATUSES))")

    assert known == list(ChannelStatus)


@pytest.mark.parametrize("module", [intake, patience])
async def test_every_reason_is_said_in_portuguese(opened: Any, module: Any) -> None:
    """The sentences that a channel in ERROR gives have a translation."""
    screen = await opened()
    reasons = [value for name, value in vars(module).items() if name.endswith("_REASON")]

    said = await screen.page.evaluate(
        "reasons => import('/canais/words.js').then(m => reasons.map(one => new m.Tongue('pt-BR').reason(one)))",
        reasons,
    )

    assert [one for one, other in zip(reasons, said, strict=True) if one == other] == []
    assert len(said) >= 2


async def test_what_a_person_types_is_text(opened: Any) -> None:
    """A name that looks like a script is shown as it is."""
    screen = await opened()

    await screen.add("<img src=x onerror=alert(1)>")

    assert await screen.page.locator("li.channel img").count() == 0


async def test_only_the_files_of_the_page_are_served(backend: Any, person_at: Any) -> None:
    """Nothing else of the folder or above it can be had."""
    person = await person_at(backend)

    for path in ("/canais/index.html", "/canais/..%2Fapp.py", "/canais/main.py"):
        async with person.http.get(f"{backend.url}{path}") as reply:
            assert reply.status == 404, path
    assert (Path("channel_backend/page") / "main.js").is_file()
