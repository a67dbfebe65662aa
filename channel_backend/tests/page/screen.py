"""A window with the Canais page in it, and what somebody who looks at it does."""

import base64
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import zxingcpp
from PIL import Image
from playwright.async_api import Locator, Page, WebSocketRoute, expect

PASSWORD = "a-password-for-tests"
WAIT_MS = 30_000


async def appears(place: Locator, text: str | None = None) -> bool:
    """Wait until it is on the page, with this text in it; AssertionError says what was there instead."""
    await expect(place).to_be_visible(timeout=WAIT_MS)
    if text is not None:
        await expect(place).to_contain_text(text, timeout=WAIT_MS)
    return True


async def disappears(place: Locator) -> bool:
    """Wait until it cannot be seen."""
    await expect(place).to_be_hidden(timeout=WAIT_MS)
    return True


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


@dataclass
class Screen:
    """A window with the page in it, and whoever looks at it."""

    page: Page
    person: Any
    live: Line

    def at(self, selector: str) -> Locator:
        """A place on the page."""
        return self.page.locator(selector)

    def card(self, name: str) -> Locator:
        """The card of a channel."""
        return self.page.locator("li.channel", has=self.page.get_by_role("heading", name=name, exact=True))

    def button(self, name: str, label: str) -> Locator:
        """A button on a channel's card."""
        return self.page.get_by_role("button", name=f"{label}: {name}", exact=True)

    async def buttons(self, name: str) -> list[str]:
        """What can be clicked on a channel's card."""
        return await self.card(name).get_by_role("button").all_inner_texts()

    async def has(self, name: str, status: str) -> bool:
        """Wait until the channel is shown with this status."""
        await expect(self.card(name)).to_have_attribute("data-status", status, timeout=WAIT_MS)
        return True

    async def add(self, name: str) -> None:
        """Create a channel by the form."""
        await self.page.click("#add")
        await self.page.fill("#edit-name", name)
        await self.page.click("#edit-save")
        await self.has(name, "DISCONNECTED")

    async def code_on_show(self) -> str:
        """What a phone reads from the image in the window."""
        image = self.at("#qr-image")
        await appears(image)
        _, _, png = str(await image.get_attribute("src")).partition(",")
        found = zxingcpp.read_barcodes(Image.open(BytesIO(base64.b64decode(png))).convert("RGB"))
        return str(found[0].text)


async def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the form with the keyboard."""
    await page.fill("input[name=email]", email)
    await page.fill("input[name=password]", password)
    await page.keyboard.press("Enter")
