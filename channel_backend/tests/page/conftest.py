"""Fixtures for the page: a browser, a backend in front of the fake, and somebody who has signed in."""

import re
import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright

from channel_backend.access import Passwords
from channel_backend.store.accounts import Profile
from channel_backend.tests.page.screen import PASSWORD, Line, Screen, sign_in

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
WINDOW = {"locale": "en-GB", "viewport": {"width": 1100, "height": 800}}


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
        email = await _with_password(backend, person, profile)
        context = await browser.new_context(**{**WINDOW, **window})
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


async def _with_password(backend: Any, person: Any, profile: Profile) -> str:
    """The address of an account of the person's tenant that can sign in by its password."""
    email = f"tela-{person.tenant_id}@example.com"
    hashed = await Passwords().hashed(PASSWORD)
    await backend.parts.accounts.create_user(
        tenant_id=person.tenant_id, email=email, name="Ana", password_hash=hashed, profile=profile
    )
    return email
