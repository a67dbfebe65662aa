"""Tests of QR images: real ones, that a phone could read."""

import io
from base64 import b64decode

import pytest
import zxingcpp
from PIL import Image

from fake_evolution import qr_data_url
from fake_evolution.ids import Ids
from fake_evolution.rng import Rng

PREFIX = "data:image/png;base64,"
REAL_DATA_URL_CHARACTERS = 13_300
IDS = Ids(Rng(1))
CODE = IDS.qr_code("sales", IDS.qr_keys("sales"))


def image_of(url: str) -> Image.Image:
    """The picture in a data URL."""
    return Image.open(io.BytesIO(b64decode(url.removeprefix(PREFIX), validate=True)))


def test_image_is_the_real_servers() -> None:
    """348 by 348 pixels, RGBA, green on white, a margin of three modules, and about the real size."""
    url = qr_data_url(CODE)

    image = image_of(url)
    assert url.startswith(PREFIX)
    assert (image.size, image.mode) == ((348, 348), "RGBA")
    assert {color for _, color in image.getcolors() or []} == {(255, 255, 255, 255), (0x19, 0x87, 0x54, 255)}
    assert image.getbbox() == (0, 0, 348, 348)
    assert [image.getpixel((at, at)) == (255, 255, 255, 255) for at in (11, 12)] == [True, False]
    assert 0.8 < len(url) / REAL_DATA_URL_CHARACTERS < 1.2


@pytest.mark.parametrize("code", [CODE, IDS.qr_code("é/2", IDS.qr_keys("x")), "2@short", "x" * 400])
def test_image_decodes_to_its_code(code: str) -> None:
    """What is drawn is what is read, for any length."""
    (found,) = zxingcpp.read_barcodes(image_of(qr_data_url(code)).convert("L"))

    assert found.text == code


def test_every_code_has_an_image_of_its_own() -> None:
    """Two codes of one session do not look alike."""
    another = IDS.qr_code("sales", IDS.qr_keys("sales"))

    assert qr_data_url(CODE) != qr_data_url(another)
    assert qr_data_url(CODE) == qr_data_url(CODE)


def test_dark_modules_have_the_configured_color() -> None:
    """QRCODE_COLOR paints the dark modules, and it still decodes."""
    image = image_of(qr_data_url(CODE, color="#102030"))

    assert {color for _, color in image.getcolors() or []} == {(255, 255, 255, 255), (0x10, 0x20, 0x30, 255)}
    assert zxingcpp.read_barcodes(image.convert("L"))[0].text == CODE
