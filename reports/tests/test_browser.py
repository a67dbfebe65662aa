"""Tests of the page in a real browser."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from reports.cli import render
from reports.tests.sample_gates import failing

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
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The contrast of each text with what lies behind it, as WCAG 2 defines it; returns those below the AA minimum.
_POOR_CONTRAST = """() => {
  const channel = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const texts = "h1, h2, h3, p, th, td, dt, dd, .badge, a, summary, button, pre, label";
  for (const node of document.querySelectorAll(texts)) {
    if (!node.checkVisibility() || !node.textContent.trim()) continue;
    const pair = [luminance(parse(getComputedStyle(node).color)), luminance(behind(node))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) poor.push(`${node.tagName} ${node.className} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"NO BROWSER: none of {', '.join(_NAMES)} is installed, the page was not looked at")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        await started.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a failing run's report."""
    run_dir: Path = failing(tmp_path_factory.mktemp("runs") / "20260302T120000Z-gate-seed7")
    render(run_dir)
    return (run_dir / "report.html").as_uri()


async def opened(browser: Browser, report: str, *, width: int = 1280, dark: bool = False, script: bool = True) -> Page:
    """The report in a new window; anything on the console is an error."""
    page = await browser.new_page(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
    )
    page.on("console", lambda message: pytest.fail(message.text))
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("request", lambda request: pytest.fail(request.url) if request.url.startswith("http") else None)
    await page.goto(report)
    return page


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
async def test_no_width_makes_the_page_scroll_sideways(browser: Browser, report: str, width: int) -> None:
    """Wide drawings and tables scroll in their own box."""
    page = await opened(browser, report, width=width)

    assert await page.evaluate("document.documentElement.scrollWidth") == width
    await page.close()


@pytest.mark.parametrize("dark", [False, True])
async def test_every_text_has_enough_contrast(browser: Browser, report: str, *, dark: bool) -> None:
    """In light and in dark each text is at least 4.5 to 1 against what is behind it."""
    page = await opened(browser, report, dark=dark)

    assert await page.evaluate(_POOR_CONTRAST) == []
    await page.close()


async def test_the_filter_leaves_what_does_not_hold(browser: Browser, report: str) -> None:
    """Ticking the box leaves the broken and the unknown, and words narrow it down."""
    page = await opened(browser, report)
    rows = page.locator("#invariant-table tbody tr:visible")

    await page.check("#broken-only")
    left = await rows.count()
    await page.fill("#needle", "canonical")

    assert (left, await rows.count()) == (2, 1)
    assert await page.text_content("#shown") == "1 of 6"
    await page.close()


async def test_the_colours_can_be_chosen(browser: Browser, report: str) -> None:
    """The button turns a light page dark."""
    page = await opened(browser, report)
    colour = "getComputedStyle(document.body).backgroundColor"

    before = await page.evaluate(colour)
    await page.click("#theme")

    assert await page.evaluate(colour) != before
    await page.close()


async def test_everything_is_there_without_scripts(browser: Browser, report: str) -> None:
    """Where scripts are off, the whole report is readable and no dead button is shown."""
    page = await opened(browser, report, script=False)

    assert await page.locator("#invariant-table tbody tr:visible").count() == 6
    assert await page.locator("button:visible, .filter:visible").count() == 0
    await page.close()


async def test_what_a_backend_says_is_not_run(browser: Browser, report: str) -> None:
    """The script in a status is text on the page and nothing else."""
    page = await opened(browser, report)

    assert await page.locator("#failed text", has_text="<script>").count() >= 1
    assert await page.locator("#failed script").count() == 0
    await page.close()
