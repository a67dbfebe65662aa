"""Properties of QR symbols: the quick way draws what segno draws, and readers read it."""

import io

import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fake_evolution.qr import qr_png
from fake_evolution.qr_symbol import dark_bits

PAIRING_STRINGS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=237, max_size=237)
QR_CODES = zxingcpp.barcode_formats_from_str("QRCode")  # noise may look like a bar code to a reader of all kinds
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


def bits_of_segno(text: str) -> str:
    """The same symbol as the library draws it, without margin."""
    symbol = segno.make(text, error="h", boost_error=False, micro=False, mode="byte", mask=2)
    return "".join("".join(map(str, row)) for row in symbol.matrix)


@settings(max_examples=60, deadline=None)
@given(PAIRING_STRINGS)
def test_quick_symbol_is_segnos(text: str) -> None:
    """Of every text with the length of a pairing string each module is the one that segno draws."""
    assert dark_bits(text, margin=0) == (81, bits_of_segno(text))


@settings(max_examples=30, deadline=None)
@given(TEXTS)
def test_symbol_of_any_text_is_segnos(text: str) -> None:
    """Other lengths and letters are drawn as well, by segno itself."""
    side, bits = dark_bits(text, margin=0)

    assert (side * side, bits) == (len(bits), bits_of_segno(text))


@settings(max_examples=30, deadline=None)
@given(PAIRING_STRINGS)
def test_image_of_a_pairing_string_is_read_again(text: str) -> None:
    """A reader finds the very text in the image."""
    image = Image.open(io.BytesIO(qr_png(text)))

    found = zxingcpp.read_barcodes(image.convert("L"), formats=QR_CODES)

    assert [barcode.text for barcode in found] == [text]


def test_margin_is_light_all_around() -> None:
    """The margin frames the symbol with light modules on all four sides and moves nothing in it."""
    side, bits = dark_bits("x" * 237, margin=3)
    rows = [bits[start : start + side] for start in range(0, side * side, side)]

    assert (side, len(rows)) == (87, 87)
    assert set("".join(rows[:3] + rows[-3:])) == {"0"}
    assert {row[:3] + row[-3:] for row in rows} == {"000000"}
    assert "".join(row[3:-3] for row in rows[3:-3]) == dark_bits("x" * 237, margin=0)[1]
