"""Bytes to text: which encoding, what had to be repaired, and what is no text at all.

In: the bytes of a file or of a line. Out: a string that UTF-8 can store, and the list of what was done to get it.
A string that arrives decoded, out of JSON, never comes here. What does not belong here: anything about articles.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from charset_normalizer import from_bytes

SNIFFED_BYTES = 8192
"""How much of a stream is looked at to tell a binary file, as git does."""

_MAGIC_NUMBERS = {
    b"PK\x03\x04": "zip (or a docx, xlsx, epub)",
    b"PK\x05\x06": "zip",
    b"%PDF-": "PDF",
    b"{\\rtf": "RTF",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstandard",
    b"7z\xbc\xaf\x27\x1c": "7-zip",
    b"PAR1": "Parquet",
    b"ARROW1": "Arrow",
    b"Obj\x01": "Avro",
    b"\x89HDF": "HDF5",
    b"SQLite format 3\x00": "SQLite",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x7fELF": "ELF",
    b"\xd0\xcf\x11\xe0": "an old Office document",
}
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEAST_TO_GUESS_FROM = 64  # bytes; from less, a guess is no better than none
_GUESSED_FROM = 65_536  # bytes; more of a file does not change the guess and costs seconds per megabyte
_LATIN_SHARE = (
    0.2  # languages in Latin script have a letter in ten with a mark, other scripts three bytes in four
)
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n|[\r\x0b\x0c]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


class Decoded(NamedTuple):
    """A text and what was done to get it, in words for people."""

    text: str
    repairs: tuple[str, ...] = ()


def wide_encoding(head: bytes) -> str | None:
    """The encoding of several bytes per character that a byte order mark announces: utf-16, utf-32 or None."""
    return next((name for mark, name in _BYTE_ORDER_MARKS if head.startswith(mark)), None)


def binary_format(head: bytes) -> str | None:
    """What the first bytes say that the file is, if it is no text; None for a text."""
    if wide_encoding(head):
        return None
    for magic, name in _MAGIC_NUMBERS.items():
        if head.startswith(magic):
            return name
    return "unknown, with NUL bytes" if b"\x00" in head else None


def decode(raw: bytes) -> Decoded:
    """The text of some bytes; never fails, and every departure from UTF-8 is a repair."""
    wide = wide_encoding(raw)
    if wide:
        return _with_replacements(raw.decode(wide, "replace"), f"decoded as {wide}")
    return decode_part(raw.removeprefix(codecs.BOM_UTF8))


def decode_part(raw: bytes) -> Decoded:
    """The text of bytes from within a file, where no byte order mark is to be looked for; otherwise as `decode`."""
    try:
        return Decoded(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return _pair_surrogates(raw) or _mend_utf8(raw) or _decode_legacy(raw)


def clean(decoded: Decoded) -> Decoded:
    r"""Line ends as \n, and no control characters but those and tabs. For files of plain text.

    U+0080 to U+009F are what is left of a Windows text that was taken for Latin-1: they become the quotation marks
    and dashes that they were, as HTML asks of browsers. Page feeds end a line. The others are removed.
    """
    text = _LINE_END.sub("\n", decoded.text)
    mended, found = _CONTROL.subn(lambda match: _windows_character(ord(match[0])), text)
    if not found:
        return Decoded(text, decoded.repairs)
    return Decoded(mended, (*decoded.repairs, f"{_count(found, 'control character')} mended or removed"))


def _with_replacements(text: str, repair: str) -> Decoded:
    lost = text.count("\ufffd")
    repairs = (repair, f"{_count(lost, 'character')} could not be read") if lost else (repair,)
    return Decoded(text.removeprefix("\ufeff"), repairs)


def _pair_surrogates(raw: bytes) -> Decoded | None:
    """UTF-8 whose writer encoded each half of a surrogate pair (CESU-8); halves without another are replaced."""
    try:
        halves = raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    paired = halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return Decoded(paired, (f"{_count(len(_SURROGATE.findall(halves)), 'surrogate')} paired or replaced",))


def _mend_utf8(raw: bytes) -> Decoded | None:
    """Mostly UTF-8: the stray bytes are read as Windows-1252. None if strays outnumber true UTF-8 characters."""
    text = raw.decode("utf-8", "surrogateescape")
    strays = len(_ESCAPED_BYTE.findall(text))
    true_characters = sum(character > "\x7f" for character in text) - strays
    if strays >= true_characters:
        return None
    mended = _ESCAPED_BYTE.sub(lambda match: _windows_character(ord(match[0]) - 0xDC00) or "\ufffd", text)
    return Decoded(mended, (f"{_count(strays, 'byte')} that UTF-8 does not allow read as cp1252",))


def _decode_legacy(raw: bytes) -> Decoded:
    """Text in one byte per character, or a double-byte script: cp1252 while it looks like Latin, else a guess."""
    high = sum(byte >= 0x80 for byte in raw)
    encoding = "cp1252"
    if high > _LATIN_SHARE * len(raw) and len(raw) >= _LEAST_TO_GUESS_FROM:
        best = from_bytes(raw[:_GUESSED_FROM]).best()
        encoding = best.encoding if best else encoding
    return _with_replacements(raw.decode(encoding, "replace"), f"decoded as {encoding}")


def _windows_character(byte: int) -> str:
    """What a byte above 7F means in Windows-1252; "" for a byte that means nothing there."""
    return bytes([byte]).decode("cp1252", "ignore") if byte >= 0x80 else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
