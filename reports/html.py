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
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals |= {"tone": tone, "sign": sign, "spoken": spoken}
    templates.globals |= {"interval": interval, "distribution": distribution, "lifeline": lifeline}
    # Our own files, not what came from outside: they stand in the page as they are.
    own = {name: Markup((TEMPLATES / name).read_text("utf-8")) for name in ("style.css", "script.js")}  # noqa: S704
    return templates.get_template("report.html.j2").render(page=page, style=own["style.css"], script=own["script.js"])


def _shown(value: object) -> object:
    """What the page shows for a value: text that can be shown, and nothing for nothing."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return printable(value)
    return "" if value is None else value
