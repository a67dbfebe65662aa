"""The page as one HTML file that needs nothing else: no network, no script to be readable."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.charts import distribution, interval, lifeline
from reports.page import Page
from reports.tones import sign, spoken, tone
from reports.values import printable

TEMPLATES = Path(__file__).with_name("templates")


def html_of(page: Page) -> str:
    """The report as HTML; everything that came from outside is escaped."""
    templates = environment()
    templates.globals |= {"interval": interval, "distribution": distribution, "lifeline": lifeline}
    own = own_files("style.css", "script.js")
    return templates.get_template("report.html.j2").render(page=page, **own)


def environment() -> Environment:
    """The templates, with what all of them use."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals |= {"tone": tone, "sign": sign, "spoken": spoken}
    return templates


def own_files(*names: str) -> dict[str, Markup]:
    """Our own files by their bare names, not what came from outside: they stand in the page as they are."""
    return {name.partition(".")[0]: Markup((TEMPLATES / name).read_text("utf-8")) for name in names}  # noqa: S704


def _shown(value: object) -> object:
    """What the page shows for a value: text that can be shown, and nothing for nothing."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return printable(value)
    return "" if value is None else value
