"""Decode bytes to text, in this module only: by the byte order mark, then by what the bytes prove, then by what was declared.

A body that is valid UTF-8 is UTF-8, whatever its headers say; a declaration decides only between encodings in which any bytes are valid.
"""

from __future__ import annotations

import codecs
import re

__all__ = ["decode"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The labels of the web (WHATWG Encoding) for the encodings that feeds and pages use. Other names are not looked up:
# Python's registry also holds codecs that are slow or are not character encodings.
_ENCODINGS = {
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("utf-16", "utf-16le", "unicode", "ucs-2"), "utf-16-le"),
    "utf-16be": "utf-16-be",
    **dict.fromkeys(("us-ascii", "ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "windows-1252", "cp1252"), "cp1252"),
    **{f"iso-8859-{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **dict.fromkeys(("iso-8859-9", "windows-1254", "cp1254"), "cp1254"),
    **{f"windows-125{n}": f"cp125{n}" for n in (0, 1, 3, 5, 6, 7, 8)},
    **{f"cp125{n}": f"cp125{n}" for n in (0, 1, 3, 5, 6, 7, 8)},
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874"), "cp874"),
    "koi8-r": "koi8-r", "koi8-u": "koi8-u", "macintosh": "mac-roman",
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601", "windows-949", "cp949", "korean"), "cp949"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms932"), "cp932"),
    "euc-jp": "euc-jp", "x-euc-jp": "euc-jp", "iso-2022-jp": "iso-2022-jp", "iso-2022-kr": "iso-2022-kr",
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk", "chinese", "gb_2312-80"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cn-big5"), "big5hkscs"),
}  # fmt: skip
_SEVEN_BIT = ("iso-2022-jp", "iso-2022-kr")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_DECLARED = re.compile(
    rb"<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})|<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(
    rb"(?:<(?:dc:)?language>|\slang\s{0,3}=\s{0,3}[\"']?|xml:lang\s{0,3}=\s{0,3}[\"']?)\s{0,9}([A-Za-z]{2})(?![A-Za-z])",
    re.IGNORECASE,
)
# The usual encoding of a language before UTF-8 (WHATWG, HTML 13.2.3.2, the table of defaults by locale).
_OF_LANGUAGES = {
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "bs", "ro", "sq"), ("iso8859-2", "cp1250")),
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "sr", "kk"), ("cp1251", "koi8-r")),
    "el": ("cp1253",), "tr": ("cp1254",), "az": ("cp1254",), "he": ("cp1255",), "ar": ("cp1256",), "fa": ("cp1256",),
    **dict.fromkeys(("lt", "lv", "et"), ("cp1257",)),
    "vi": ("cp1258",), "th": ("cp874",), "ja": ("euc-jp", "cp932"), "ko": ("cp949",), "zh": ("gb18030", "big5hkscs"),
}  # fmt: skip
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_TOGETHER = re.compile(rb"(?<=[\x80-\xff])[\x80-\xff]")
_LATIN = ("cp1252", "cp1250", "iso8859-2", "cp1257")
# A C1 control, an unassigned code point, or a sign that does not occur within words (an apostrophe, a hyphen or a middle dot does).
_ODD = re.compile(r"(?<=[^\W\d_])[¡-©«¬®-±´¶¸»-¿¹²³](?=[^\W\d_])|(?<=[^\W\d_])[¿¡]|[\x80-\x9f\ufffd]")
_CASED = re.compile(r"(?=([^\W\d_]{2}))")
# The characters of windows-1252 for bytes that are not valid UTF-8, as surrogateescape stands in for them (PEP 383).
_STRAY_BYTES = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
_HEAD = 4096
_SAMPLE = 65536


def decode(body: bytes, content_type: str = "") -> str:
    """Return `body` as text; total: any bytes are decoded. `content_type` is the value of the HTTP header."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if wide := _wide(body):
        return body.decode(wide, "replace")
    declared = _declared(body, content_type)
    for encoding in declared:
        if encoding in _SEVEN_BIT and b"\x1b" in body:
            return body.decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _undeclared(body) if not declared else _as_declared(body, declared)


def _wide(body: bytes) -> str:
    start = body[:4]
    if len(start) < 4:
        return ""
    if start[0] and not start[1] and start[2] and not start[3]:
        return "utf-16-le"
    if not start[0] and start[1] and not start[2] and start[3]:
        return "utf-16-be"
    if start[0] and not any(start[1:]):
        return "utf-32-le"
    if start[3] and not any(start[:3]):
        return "utf-32-be"
    return ""


def _declared(body: bytes, content_type: str) -> list[str]:
    labels = [match[1] for match in _CHARSET.finditer(content_type[:500])]
    if match := _DECLARED.search(body[:_HEAD]):
        labels.append((match[1] or match[2]).decode("ascii"))
    found = [encoding for label in labels if (encoding := _ENCODINGS.get(label.casefold()))]
    # Latin-1 in a header is often only a server's default, and any bytes are valid in it: it comes last. So does UTF-16
    # for bytes that are clearly not UTF-16.
    weak = ("cp1252", "utf-16-le", "utf-16-be")
    return [e for e in found if e not in weak] + [e for e in found if e == "cp1252"]


def _as_declared(body: bytes, declared: list[str]) -> str:
    for encoding in declared:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    text = body.decode(declared[0], "replace")
    # A few invalid bytes are errors in the declared encoding; many mean that it is another one.
    strange = sum(1 for character in text[:_SAMPLE] if character > "\x7f")
    if text[:_SAMPLE].count("\ufffd") * 5 > strange:
        return _undeclared(body)
    return text if declared[0] != "utf-8" else body.decode("utf-8", "surrogateescape").translate(_STRAY_BYTES)


def _undeclared(body: bytes) -> str:
    """Return a body that declares no encoding, decoded by its declared language, else as windows-1252, as browsers and feed readers do.

    Another Latin encoding is preferred when fewer words come out odd in it; a statistical guess is used when most letters beyond ASCII are
    adjacent, as in scripts that are not Latin.
    """
    sample = body[:_SAMPLE]
    language = _LANGUAGE.search(body[:_HEAD])
    usual = _OF_LANGUAGES.get(language[1].decode("ascii").casefold(), ()) if language else ()
    is_latin = len(_HIGH_TOGETHER.findall(sample)) * 2 < len(_HIGH.findall(sample))
    if usual or is_latin:
        encoding = min(usual or _LATIN, key=lambda encoding: _oddness(sample.decode(encoding, "replace")))
        if is_latin or "\ufffd" not in sample.decode(encoding, "replace")[:-1]:
            return body.decode(encoding, "replace")
    # Imported here: it takes a third of a second, and nearly every body is UTF-8 or declares its encoding.
    import logging  # noqa: PLC0415 - as below

    from bs4.dammit import UnicodeDammit  # noqa: PLC0415 - slow to import, rarely needed

    # It logs a warning for each replaced character, which is expected here.
    logging.getLogger("bs4.dammit").setLevel(logging.ERROR)
    guess = UnicodeDammit(sample).original_encoding or ""
    return body.decode(_ENCODINGS.get(guess.casefold().replace("_", "-"), "cp1252"), "replace")


def _oddness(text: str) -> int:
    """Return how often words contain signs instead of letters, or capitals after small letters."""
    return len(_ODD.findall(text)) + sum(
        1
        for match in _CASED.finditer(text)
        if match[1][0].islower() and match[1][1].isupper() and not match[1].isascii()
    )
