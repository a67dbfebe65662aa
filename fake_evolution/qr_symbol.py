"""QR symbols: which modules are dark, as rows of bits.

A pairing string has 237 characters, so its symbol is always of version 16, level H. Of such a symbol everything but
the text is fixed: where each bit of the code words goes, the patterns around them, the mask. What is left for a fresh
code is its error correction, sixteen remainders that are XORs of table entries, and one permutation of bits: a tenth
of a millisecond instead of four. The fixed part is read off one symbol that segno drew, when the first code is drawn.
Texts of any other length are segno's.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate, product
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import segno

_MASK = 2  # a fixed mask spares the search for the prettiest one: a sixth of the time, decodable all the same
_QUICK_CHARACTERS = 237

# Version 16, level H (ISO/IEC 18004): data code words of each block, error correction ones of every block, patterns.
_BLOCKS = (15,) * 3 + (16,) * 13
_CORRECTION = 30
_DATA = sum(_BLOCKS)
_WORDS = _DATA + _CORRECTION * len(_BLOCKS)
_SOURCE_BITS = 8 * _WORDS
_SIDE = 81
_TIMING = 6  # the row and the column with the timing pattern
_FINDERS = ((6, 6), (6, 74), (74, 6))  # corners that hold a finder instead of an alignment pattern
_ALIGNMENTS = tuple(center for center in product((6, 26, 50, 74), repeat=2) if center not in _FINDERS)
_BYTE_MODE = 0b0100
_FILL = 0xEC11  # what the standard fills unused data code words with, by turns
_FIELD = 0x11D  # the polynomial of the field that the code words are numbers of


def dark_bits(text: str, *, margin: int) -> tuple[int, str]:
    """The side of the symbol in modules, light margin included, and its modules row by row, `1` for a dark one."""
    if len(text) == _QUICK_CHARACTERS and text.isascii():
        return _quick(text.encode(), margin)
    return _framed([bytes(row) for row in _drawn(text).matrix], margin)


def _drawn(text: str) -> "segno.QRCode":
    import segno  # noqa: PLC0415  a twentieth of a second that a fake without a QR code need not wait for

    return segno.make(text, error="h", boost_error=False, micro=False, mode="byte", mask=_MASK)


def _framed(rows: Sequence[Sequence[int]], margin: int) -> tuple[int, str]:
    side = len(rows) + 2 * margin
    blank, edge = "0" * side * margin, "0" * margin
    return side, blank + "".join(edge + "".join(map(str, row)) + edge for row in rows) + blank


def _quick(octets: bytes, margin: int) -> tuple[int, str]:
    side, permute, mask = _layout(margin)
    bits = f"{_source(octets) ^ mask:0{_SOURCE_BITS}b}01"  # the last two are all that is fixed, light and dark
    return side, "".join(permute(bits))


# --- code words -------------------------------------------------------------------------------------------------------


def _source(octets: bytes) -> int:
    """All code words of a text, block after block: first the data of all blocks, then the corrections."""
    data = _data_words(octets)
    table, found = _remainders(), int.from_bytes(data, "big")
    start = 0
    for size in _BLOCKS:
        rest = 0
        for power, word in zip(range(size - 1, -1, -1), data[start : start + size], strict=True):
            rest ^= table[power][word]
        found = found << 8 * _CORRECTION | rest
        start += size
    return found


def _data_words(octets: bytes) -> bytes:
    """Mode, length, text and a terminator of four zero bits, filled up."""
    header = _BYTE_MODE << 16 | len(octets)
    words = ((header << 8 * len(octets) | int.from_bytes(octets, "big")) << 4).to_bytes(len(octets) + 3, "big")
    free = _DATA - len(words)
    return words + (_FILL.to_bytes(2, "big") * free)[:free]


@cache
def _remainders() -> tuple[tuple[int, ...], ...]:
    """For every place in a block, counted from its end, and every code word there: what it adds to the correction."""
    generator = _generator()
    first = [sum(_times(word, factor) << 8 * at for at, factor in enumerate(generator)) for word in range(256)]
    whole, top = (1 << 8 * _CORRECTION) - 1, 8 * (_CORRECTION - 1)

    def raised(row: list[int], _power: int) -> list[int]:
        return [(rest << 8 & whole) ^ first[rest >> top] for rest in row]

    return tuple(map(tuple, accumulate(range(1, max(_BLOCKS)), raised, initial=first)))


def _generator() -> list[int]:
    """The factors of (x - 1)(x - 2)(x - 4)…, lowest power first, without the leading 1."""
    factors, root = [1], 1
    for _ in range(_CORRECTION):
        shifted = [0, *factors]
        factors = [_times(factor, root) ^ other for factor, other in zip([*factors, 0], shifted, strict=True)]
        root = _times(root, 2)
    return factors[:-1]


def _times(one: int, other: int) -> int:
    """The product of two numbers of the field."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one = one << 1 ^ (_FIELD if one & 0x80 else 0)
        other >>= 1
    return product


# --- layout -----------------------------------------------------------------------------------------------------------


@cache
def _layout(margin: int) -> tuple[int, Callable[[str], tuple[str, ...]], int]:
    """The side, which bit of the source (or fixed light or dark) each module shows, and the mask in source order."""
    sample = "2@" + "x" * (_QUICK_CHARACTERS - 2)
    symbol = _drawn(sample)
    rows = [list(map(int, row)) for row in symbol.matrix]
    shown = [[_SOURCE_BITS + dark for dark in row] for row in rows]
    masked = ["0"] * _SOURCE_BITS
    for bit, (row, column) in zip(_reading_order(), _data_modules(), strict=False):  # the rest shows no bit
        shown[row][column] = bit
        masked[bit] = str(rows[row][column])
    side = len(rows) + 2 * margin
    blank, edge = [_SOURCE_BITS] * side * margin, [_SOURCE_BITS] * margin
    modules = blank + [index for row in shown for index in (*edge, *row, *edge)] + blank
    return side, itemgetter(*modules), int("".join(masked), 2) ^ _source(sample.encode())


def _reading_order() -> Iterator[int]:
    """The bits of the source in the order of the symbol: the blocks' first words, their second ones, …"""
    starts = [0, *accumulate(_BLOCKS)]
    data = (starts[block] + at for at in range(max(_BLOCKS)) for block, size in enumerate(_BLOCKS) if at < size)
    corrections = (_DATA + block * _CORRECTION + at for at in range(_CORRECTION) for block in range(len(_BLOCKS)))
    return (8 * word + bit for words in (data, corrections) for word in words for bit in range(8))


def _data_modules() -> Iterator[tuple[int, int]]:
    """Where bits go: two columns at a time from the right, up and down by turns, leaving out the timing column."""
    rights = [*range(_SIDE - 1, 6, -2), 5, 3, 1]
    for turn, right in enumerate(rights):
        for row in range(_SIDE) if turn % 2 else range(_SIDE - 1, -1, -1):
            for column in (right, right - 1):
                if not _is_pattern(row, column):
                    yield row, column


def _is_pattern(row: int, column: int) -> bool:
    """Whether the module belongs to what all symbols of this version have: finders, timing, alignment, version."""
    far = _SIDE - 8
    if _TIMING in (row, column):
        return True
    if (row <= 8 and (column <= 8 or column >= far)) or (row >= far and column <= 8):  # noqa: PLR2004  finders
        return True
    if (row < 6 and column >= far - 3) or (column < 6 and row >= far - 3):  # noqa: PLR2004  the version, twice
        return True
    return any(abs(row - down) <= 2 and abs(column - right) <= 2 for down, right in _ALIGNMENTS)  # noqa: PLR2004
