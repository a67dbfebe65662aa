"""The Canais page in a real browser: who may do what, two languages, any width, a keyboard."""

from typing import Any

import pytest
from playwright.async_api import Browser

from channel_backend import intake, patience
from channel_backend.status import ChannelStatus
from channel_backend.store.accounts import Profile
from channel_backend.tests.page.screen import appears, disappears, sign_in

pytestmark = pytest.mark.stack


async def test_a_reader_sees_and_cannot_touch(opened: Any) -> None:
    """Somebody without the right to change channels gets no buttons, and is told why."""
    screen = await opened(profile=Profile.USER)

    assert await appears(screen.at("#looking-only"), "ask an administrator")
    assert not await screen.at("#add").is_visible()


async def test_a_wrong_password_says_so(browser: Browser, backend: Any) -> None:
    """The form stays, with a sentence that a screen reader speaks."""
    page = await browser.new_page(locale="pt-BR")
    await page.goto(f"{backend.url}/canais")

    await sign_in(page, "ninguem@example.com", "senha-errada")

    assert await appears(page.get_by_role("alert").first, "E-mail ou senha incorretos")
    await page.close()


async def test_a_name_that_is_too_short_is_not_sent(opened: Any) -> None:
    """The field says what is legal and keeps what was typed."""
    screen = await opened()

    await screen.page.click("#add")
    await screen.page.fill("#edit-name", "ab")
    await screen.page.click("#edit-save")

    assert await appears(screen.at("#edit-wrong"), "3 to 50")
    assert await screen.at("#edit-name").get_attribute("aria-invalid") == "true"


async def test_the_keyboard_is_enough(opened: Any) -> None:
    """From the first Tab on: create a channel and open its question without a mouse."""
    screen = await opened()
    keyboard = screen.page.keyboard
    await appears(screen.at("#add"))
    await screen.at("#add").focus()

    await keyboard.press("Enter")
    await keyboard.type("Loja")
    await keyboard.press("Enter")
    await screen.has("Loja", "DISCONNECTED")
    await disappears(screen.at("#edit"))
    for _ in range(3):
        await keyboard.press("Tab")
    await keyboard.press("Enter")

    assert await appears(screen.page.get_by_role("alertdialog"), "Delete Loja?")


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
    assert await screen.at("#channels-title").inner_text() == "Canais"
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

    translate = "all => import('/canais/words.js').then(m => all.map(one => new m.Tongue('pt-BR').reason(one)))"
    said = await screen.page.evaluate(translate, reasons)

    assert [one for one, other in zip(reasons, said, strict=True) if one == other] == []
    assert len(said) >= 2


async def test_what_a_person_types_is_text(opened: Any) -> None:
    """A name that looks like a script is shown as it is."""
    screen = await opened()

    await screen.add("<img src=x onerror=alert(1)>")

    assert await screen.at("li.channel img").count() == 0


async def test_only_the_files_of_the_page_are_served(backend: Any, person_at: Any) -> None:
    """Nothing else of the folder or above it can be had."""
    person = await person_at(backend)
    paths = ("main.js", "index.html", "..%2Fapp.py", "main.py")

    found = {}
    for path in paths:
        async with person.http.get(f"{backend.url}/canais/{path}") as reply:
            found[path] = reply.status

    assert found == {"main.js": 200, "index.html": 404, "..%2Fapp.py": 404, "main.py": 404}
