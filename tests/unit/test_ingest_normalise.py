from __future__ import annotations

import gzip
import io
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ingest.normalise import Decoded, binary_format, clean, decode

SENTENCE = "The envoy said “no” – twice – in Malmö, a café owner recalled."
RUSSIAN = (
    "Министры двух стран встретились во вторник и заявили, что переговоры возобновятся в следующем месяце."
)


@pytest.mark.parametrize(
    ("raw", "text", "repairs"),
    [
        pytest.param(SENTENCE.encode(), SENTENCE, (), id="UTF-8"),
        pytest.param(b"\xef\xbb\xbf" + SENTENCE.encode(), SENTENCE, (), id="UTF-8 with a mark"),
        pytest.param(SENTENCE.encode("utf-16"), SENTENCE, ("decoded as utf-16",), id="UTF-16"),
        pytest.param(
            b"\xfe\xff" + SENTENCE.encode("utf-16-be"),
            SENTENCE,
            ("decoded as utf-16",),
            id="UTF-16, big-endian",
        ),
        pytest.param(SENTENCE.encode("utf-32"), SENTENCE, ("decoded as utf-32",), id="UTF-32"),
        pytest.param(SENTENCE.encode("cp1252"), SENTENCE, ("decoded as cp1252",), id="Windows-1252"),
        pytest.param(RUSSIAN.encode("cp1251"), RUSSIAN, ("decoded as cp1251",), id="Windows-1251"),
        pytest.param(
            "déjà vu, café ".encode() + b"\x93ici\x94",
            "déjà vu, café “ici”",
            ("2 bytes that UTF-8 does not allow read as cp1252",),
            id="UTF-8 with strays",
        ),
        pytest.param(
            b"a \xed\xa0\xbd\xed\xb9\x82 b \xed\xa0\x80",
            "a 🙂 b \ufffd",
            ("3 surrogates paired or replaced",),
            id="surrogates in UTF-8",
        ),
        pytest.param(
            b"one \x81 byte", "one \ufffd byte", ("decoded as cp1252", "1 character could not be read")
        ),
        pytest.param(
            b"\xff\xfea\x00\x00\xd8", "a\ufffd", ("decoded as utf-16", "1 character could not be read")
        ),
        pytest.param(b"", "", (), id="nothing"),
    ],
)
def test_decode(raw, text, repairs):
    assert decode(raw) == Decoded(text, repairs)


@given(st.binary(max_size=400) | st.binary(max_size=60).map(lambda raw: b"\xff\xfe" + raw))
def test_decoding_never_fails_and_what_comes_out_can_be_stored(raw):
    for decoded in (decode(raw), clean(decode(raw))):
        assert decoded.text.encode() is not None


@given(st.text(max_size=200))
def test_utf8_is_not_touched(text):
    assert decode(text.encode()) == Decoded(text.removeprefix("\ufeff"))


@pytest.mark.parametrize(
    ("text", "cleaned", "repairs"),
    [
        pytest.param("a\r\nb\rc\n", "a\nb\nc\n", (), id="line ends"),
        pytest.param("a\tb\u00a0c\u2028d", "a\tb\u00a0c\u2028d", (), id="white space stays"),
        pytest.param("a\x0cb", "a\nb", (), id="page feed"),
        pytest.param("a\x00b\x1b[0m", "ab[0m", ("2 control characters mended or removed",), id="removed"),
        pytest.param("\x93no\x94", "“no”", ("2 control characters mended or removed",), id="Windows marks"),
        pytest.param("a\x81b", "ab", ("1 control character mended or removed",), id="no Windows character"),
    ],
)
def test_clean(text, cleaned, repairs):
    assert clean(Decoded(text)) == Decoded(cleaned, repairs)


def _zipped() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.txt", "text")
    return archive.getvalue()


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (_zipped(), "zip (or a docx, xlsx, epub)"),
        (gzip.compress(b"text"), "gzip"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"PAR1", "Parquet"),
        (b"text\x00text", "unknown, with NUL bytes"),
        ("text".encode("utf-16"), None),
        (b"text", None),
        (b"P", None),
        (b"", None),
    ],
    ids=lambda value: repr(value)[:12],
)
def test_binary_format(raw, found):
    assert binary_format(raw) == found


def test_a_million_hostile_bytes_take_no_time():
    started = time.process_time()
    for raw in (
        b"\x93" * 10**6,
        b"\xed\xa0\x80" * 300_000,
        b"a\xff" * 500_000,
        bytes(range(128, 256)) * 8_000,
    ):
        clean(decode(raw))
    assert time.process_time() - started < 10
