"""sendList."""

from collections.abc import Mapping
from typing import Any

from fake_evolution.sending.draft import Asked, Draft, Kind, options_of

_PRODUCTS_OR_CHOICES = 2
_ROW = ("title", "description", "rowId")


async def compose(asked: Asked) -> Draft:
    """A list to choose from, in sections."""
    body = asked.body
    described = {"description": body["description"]} if "description" in body else {}
    shown = {
        "sections": [_section(section) for section in body["sections"]],
        "title": body["title"],
        **described,
        "buttonText": body["buttonText"],
        "listType": _PRODUCTS_OR_CHOICES,
        "footerText": body["footerText"],
    }
    return Draft(body["number"], "listMessage", {"listMessage": shown}, options=options_of(body))


def _section(section: Mapping[str, Any]) -> dict[str, Any]:
    rows = [{name: row[name] for name in _ROW if name in row} for row in section["rows"]]
    return {"rows": rows, "title": section["title"]}


KIND = Kind("sendList", "listMessage", compose)
