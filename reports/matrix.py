"""The matrix of defects as a page: what was caught, what only by luck, what the clean backend was accused of."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from reports.errors import NotARunError
from reports.html import environment, own_files

SOURCE = "matrix.json"
_TONES = {"caught": "good", "by luck": "unsure", "missed": "bad"}


@dataclass(frozen=True, slots=True)
class MatrixPage:
    """What the page shows."""

    holds: bool
    own: tuple[Mapping[str, Any], ...]
    others: tuple[Mapping[str, Any], ...]
    clean: Mapping[str, Any]

    @property
    def sentence(self) -> str:
        """What it comes to, in a line."""
        caught = sum(line["word"] == "caught" for line in self.own)
        alarms = len(self.clean["false_alarms"])
        return (
            f"{caught} of {len(self.own)} defects are caught by their own scenario; "
            f"{alarms} false alarms in {self.clean['runs']} runs of the clean backend"
        )

    @property
    def needs_a_look(self) -> tuple[Mapping[str, Any], ...]:
        """The defects that their scenario does not catch."""
        return tuple(line for line in self.own if line["word"] != "caught")


def read_matrix(run_dir: Path) -> MatrixPage:
    """What a matrix wrote; NotARunError where there is none."""
    path = run_dir / SOURCE
    try:
        whole = orjson.loads(path.read_bytes())
        lines = tuple(whole["lines"])
        return MatrixPage(
            holds=bool(whole["holds"]),
            own=tuple(line for line in lines if line["is_own"]),
            others=tuple(line for line in lines if not line["is_own"] and line["caught"]),
            clean=whole["clean"],
        )
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise NotARunError(
            f"{path} cannot be read as a matrix: {error}; `python -m scenarios matrix` writes one"
        ) from error


def html_of(page: MatrixPage) -> str:
    """The page, which needs nothing else."""
    template = environment().get_template("matrix.html.j2")
    return template.render(page=page, tones=_TONES, **own_files("style.css"))
