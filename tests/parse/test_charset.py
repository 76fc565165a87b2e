from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.parse.charset import decode

KOREAN = "등대의 불이 다시 켜집니다. 시즌2는 10월 26일에 공개됩니다."
POLISH = "Żar-ptak: drugi sezon już w październiku, źródło potwierdza"
RUSSIAN = "Второй сезон выйдет двадцать шестого октября, сообщает студия"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (KOREAN.encode(), "", KOREAN),
        (b"\xef\xbb\xbf" + KOREAN.encode(), "text/xml; charset=euc-kr", KOREAN),
        (KOREAN.encode("utf-16"), "", KOREAN),
        ("<rss>x".encode("utf-16-le"), "", "<rss>x"),
        ("<rss>x".encode("utf-16-be"), "", "<rss>x"),
        (KOREAN.encode(), "text/xml; charset=ISO-8859-1", KOREAN),
        (KOREAN.encode(), "text/html; charset=us-ascii", KOREAN),
        (KOREAN.encode("cp949"), 'text/html; charset="EUC-KR"', KOREAN),
        (
            b'<?xml version="1.0" encoding="euc-kr"?>' + KOREAN.encode("cp949"),
            "",
            f'<?xml version="1.0" encoding="euc-kr"?>{KOREAN}',
        ),
        (
            b"<meta charset=iso-8859-2>" + POLISH.encode("iso-8859-2"),
            "",
            f"<meta charset=iso-8859-2>{POLISH}",
        ),
        (
            b"<meta charset=iso-8859-2>" + POLISH.encode("iso-8859-2"),
            "text/html; charset=iso-8859-1",
            f"<meta charset=iso-8859-2>{POLISH}",
        ),
        (
            b'<?xml version="1.0" encoding="utf-16"?><a>' + POLISH.encode(),
            "",
            f'<?xml version="1.0" encoding="utf-16"?><a>{POLISH}',
        ),
        (RUSSIAN.encode("cp1251"), "text/plain; charset=windows-1251", RUSSIAN),
        (RUSSIAN.encode("koi8-r"), "text/plain; charset=KOI8-R", RUSSIAN),
        ("予告編を公開".encode("iso-2022-jp"), "text/html; charset=iso-2022-jp", "予告編を公開"),
        ("予告編を公開".encode("cp932"), "text/html; charset=Shift_JIS", "予告編を公開"),
        ("“quoted”".encode("cp1252"), "text/plain; charset=iso-8859-1", "“quoted”"),
        ("plain caf\u00e9 text, and more of it".encode("latin-1"), "", "plain café text, and more of it"),
        (
            b"caf\xe9 in the middle of " + POLISH.encode(),
            "text/xml; charset=utf-8",
            f"café in the middle of {POLISH}",
        ),
        (b"x", "text/plain; charset=zip", "x"),
        (b"\xff", "text/plain; charset=punycode", "ÿ"),
    ],
    ids=str,
)
def test_text_is_read_by_what_its_bytes_prove_before_what_is_declared(
    body: bytes, content_type: str, text: str
) -> None:
    assert decode(body, content_type) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("As estações do 2º turno: não há previsão de março", "cp1252"),
        ("L’été est déjà annoncé, où que l’on soit", "cp1252"),
        ("¿Cuándo? Mañana, 3ª temporada", "cp1252"),
        (POLISH, "iso8859-2"),
        (POLISH, "cp1250"),
        (RUSSIAN * 3, "cp1251"),
    ],
)
@pytest.mark.parametrize("times", [1, 20])
def test_text_that_says_nothing_of_its_encoding_is_what_makes_words_of_it(
    text: str, encoding: str, times: int
) -> None:
    body = f"<rss><title>{text}</title></rss>" * times
    assert decode(body.encode(encoding)) == body


@pytest.mark.parametrize(
    ("lang", "text", "encoding"),
    [
        ("cs", "Příští rok přijde nová řada", "cp1250"),
        ("hu", "Őszi árvíztűrő", "iso8859-2"),
        ("tr", "Ekim ayında geliyor, şimdi değil", "cp1254"),
        ("el", "Η δεύτερη σεζόν", "cp1253"),
        ("ru", RUSSIAN, "koi8-r"),
        ("ja", "予告編を公開しました", "cp932"),
        ("ja", "予告編を公開しました", "euc-jp"),
        ("ko", KOREAN, "cp949"),
    ],
)
def test_the_language_of_a_feed_tells_an_encoding_that_is_not_declared(
    lang: str, text: str, encoding: str
) -> None:
    for sample in (f"<language>{lang}</language>{text}", f'<html lang="{lang}">{text}'):
        assert decode(sample.encode(encoding)) == sample


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_utf_32_is_read_with_its_mark_and_without(encoding: str) -> None:
    assert decode(f"<rss>{KOREAN}</rss>".encode(encoding)) == f"<rss>{KOREAN}</rss>"


def test_a_declaration_that_the_bytes_deny_gives_way_to_what_they_look_like() -> None:
    assert "сезон" in decode((RUSSIAN * 20).encode("cp1251"), "text/xml; charset=utf-8")


@settings(deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(
        ["", "text/html; charset=utf-8", "text/xml; charset=utf-16", "x; charset=big5", "charset="]
    ),
)
def test_any_bytes_are_text(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type), str)
