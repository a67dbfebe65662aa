"""Tests of the dashboard in a real browser."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

import fake_evolution
from fake_evolution.tests.stage import Stage

pytestmark = pytest.mark.stack

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--disable-quic"),
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FOLDER = Path(fake_evolution.__file__).parent / "api" / "dashboard"
POOR_CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const part = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("h1, h2, h3, p, dt, dd, span, button:not(:disabled), strong, small, code")]
    .filter((node) => node.checkVisibility() && node.textContent.trim())
    .map((node) => [node, [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((a, b) => b - a)])
    .map(([node, pair]) => [node, (pair[0] + 0.05) / (pair[1] + 0.05)])
    .filter(([, ratio]) => ratio < 4.5)
    .map(([node, ratio]) => `${node.tagName} ${node.className} ${ratio.toFixed(2)} ${node.textContent}`);
}"""


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"NO BROWSER: none of {', '.join(NAMES)} is installed, the dashboard was not looked at")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        await started.close()


@asynccontextmanager
async def opened(browser: Browser, stage: Stage, *, width: int = 1280, dark: bool = False) -> AsyncIterator[Page]:
    """The dashboard in a new window; an error on it, or a request to anywhere else, fails the test."""
    wrong: list[str] = []
    page = await browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
    page.on("pageerror", lambda error: wrong.append(str(error)))
    origin = (stage.fake.url, "data:", "blob:")
    page.on("request", lambda asked: None if asked.url.startswith(origin) else wrong.append(asked.url))
    await page.goto(f"{stage.fake.control_url}/ui")
    yield page
    await page.close()
    assert wrong == []


async def test_qr_code_is_looked_at_and_scanned_by_keyboard(browser: Browser, stage: Stage) -> None:
    """The image of the current code comes up by itself, and Enter on its button lets a phone scan it."""
    async with opened(browser, stage) as page:
        await stage.create("sales", qrcode=True)
        image = page.get_by_alt_text("QR code 1 of sales")
        await expect(image).to_be_visible()
        drawn = await image.evaluate("image => [image.naturalWidth, image.naturalHeight]")

        await page.get_by_role("button", name="Scan").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("linked sales")
        await stage.pass_time(1)

        await expect(page.locator(".phase")).to_have_text("open")
        assert drawn == [348, 348]


async def test_phone_is_unlinked_lost_recovered_and_written_to(browser: Browser, stage: Stage) -> None:
    """Each phase has the buttons that are legal in it, and they do what they say."""
    await stage.open("sales")
    async with opened(browser, stage) as page:
        await page.get_by_role("button", name="Receive message").click()
        await page.get_by_label("Text").fill("Bom dia")
        await page.get_by_role("button", name="Receive", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("wrote to sales")
        await page.get_by_role("button", name="Lose connection").click()
        await stage.pass_time(5)
        await page.get_by_role("button", name="Recover").click()
        await expect(page.locator(".phase")).to_have_text("open")
        await page.get_by_role("button", name="Unlink").click()
        await expect(page.locator(".phase")).to_have_text("closed")
        shown = page.get_by_role("button", name="Scan")

        assert not await shown.is_visible()
        assert [record["action"] for record in stage.records("phone")] == ["lose-connection", "recover", "unlink"]


async def test_faults_are_switched_off_and_on(browser: Browser, stage: Stage) -> None:
    """A rule is added, switched off, on again and taken away; a wrong one is refused in the API's words."""
    async with opened(browser, stage) as page:
        await page.get_by_label("A fault rule").fill('{"fault": "dorp"}')
        await page.get_by_role("button", name="Add").click()
        await expect(page.get_by_role("status")).to_contain_text("did you mean 'drop'?")
        await page.get_by_label("A fault rule").fill('{"fault": "drop", "probability": 0.25}')
        await page.get_by_role("button", name="Add").click()
        switch = page.get_by_role("switch", name="Rule drop")
        await expect(switch).to_be_checked()
        counts = [len(await stage.control.faults())]
        for on in (False, True):
            await switch.set_checked(on)
            await expect(page.locator("#faults-count")).to_have_text("1" if on else "0")
            counts.append(len(await stage.control.faults()))
        await page.get_by_role("button", name="Take rule drop away").click()
        await expect(page.locator("#no-faults")).to_be_visible()

        assert counts == [1, 0, 1]
        assert await stage.control.faults() == []


async def test_clock_is_moved_and_the_journal_follows(browser: Browser, stage: Stage) -> None:
    """Time goes on by hand, and what that brings stands on top of the journal's tail; one kind can be chosen."""
    await stage.create("sales", qrcode=True)
    async with opened(browser, stage) as page:
        await expect(page.get_by_role("button", name="Stop")).to_have_attribute("aria-pressed", "true")
        await page.get_by_role("button", name="+1 min").click()
        await expect(page.get_by_alt_text("QR code 2 of sales")).to_be_visible()
        await page.get_by_label("Kind of record").select_option("qr")
        lines = page.locator("#records summary .what")

        await expect(lines).to_have_text(["sales shows QR code 2", "sales shows QR code 1"])
        await lines.first.click()
        await expect(page.locator("#records pre")).to_contain_text('"count": 2')
        assert stage.fake.clock.now() > 60


async def test_key_is_asked_for_where_there_is_one(browser: Browser) -> None:
    """Without its key the page shows nothing of the fake; with it everything, images and stream included."""
    async with Stage(control_key="secret") as stage:
        await stage.create("sales")
        async with opened(browser, stage) as page:
            await page.get_by_role("textbox", name="Control key").fill("secret")
            before = await page.locator(".card").count()
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("heading", name="sales")).to_be_visible()
            await expect(page.locator("#records li")).not_to_have_count(0)

            assert before == 0


@pytest.mark.parametrize("width", [1280, 700, 340])
@pytest.mark.parametrize("dark", [False, True])
async def test_page_fits_and_can_be_read(browser: Browser, stage: Stage, width: int, dark: bool) -> None:  # noqa: FBT001
    """In every width nothing is cut off, and all text has the contrast of WCAG AA, by day and by night."""
    await stage.open("support")
    await stage.create("sales", qrcode=True)
    await stage.control.exchange_faults([{"fault": "drop"}])
    async with opened(browser, stage, width=width, dark=dark) as page:
        await expect(page.get_by_alt_text("QR code 1 of sales")).to_be_visible()
        await expect(page.locator("#records li")).not_to_have_count(0)
        await expect(page.locator("#alive")).to_have_attribute("data-alive", "yes")

        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await page.evaluate(POOR_CONTRAST) == []


async def test_names_of_instances_are_only_text(browser: Browser, stage: Stage) -> None:
    """Whatever an instance is called, its name is shown and nothing is done with it."""
    name = "<img src=x onerror=alert(1)>"
    await stage.create(name)
    async with opened(browser, stage) as page:
        await expect(page.get_by_role("heading", name=name)).to_be_visible()
        await page.keyboard.press("/")
        await page.keyboard.type("nobody")

        await expect(page.locator("#instances-count")).to_have_text("0 of 1")
        assert await page.get_by_role("heading", name=name).count() == 0


def test_page_is_its_own_and_offline() -> None:
    """No part of the page names another host, and none has a script or style of its own inside."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()}
    allowed: Callable[[str], str] = lambda text: text.replace("http://www.w3.org/2000/svg", "")  # noqa: E731

    assert [name for name, text in texts.items() if "://" in allowed(text)] == []
    assert "style=" not in texts["index.html"]
    assert (
        texts["index.html"].count("<script") == texts["index.html"].count('<script type="module" src="main.js">') == 1
    )


async def test_unknown_file_lists_the_known_ones(stage: Stage) -> None:
    """A file that is no part of the page is refused, however it is spelled."""
    async with stage.session.get(f"{stage.fake.control_url}/ui/..%2fcontrol.py") as answer:
        told = await answer.json()

    assert (answer.status, told["kind"]) == (404, "unknown-file")
    assert "known: api.js, clock.js" in told["error"]
