from __future__ import annotations

import pytest

from monitor.extract.credits import find_credits
from monitor.extract.reading import read
from monitor.extract.works import Catalogue
from monitor.model import Work, WorkKind
from tests.builders import document

_CATALOGUE = Catalogue([Work("Alan Wake 2", WorkKind.GAME)])
_FILLING = "This is what we know of the story and of the people who wrote it."


def credited(text: str) -> list[tuple[str, str]]:
    (sentence, *_), *_ = read(document(f"{text}\n{_FILLING}"), _CATALOGUE)
    return [(credit.name, credit.voice) for credit in find_credits(sentence)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Northfall confirmed that Alan Wake 2 launches on May 4.", [("Northfall", "maker")]),
        ("Northfall has finally confirmed that Alan Wake 2 launches on May 4.", [("Northfall", "maker")]),
        ("Northfall Games announced that Alan Wake 2 launches on May 4.", [("Northfall Games", "maker")]),
        ("Alan Wake 2 launches on May 4, Northfall has announced.", [("Northfall", "maker")]),
        ("Alan Wake 2 launches on May 4, according to Northfall.", [("Northfall", "maker")]),
        ("According to Northfall, Alan Wake 2 launches on May 4.", [("Northfall", "maker")]),
        ("According to Variety, Alan Wake 2 launches on May 4.", [("Variety", "press")]),
        ("According to the Harbour News, Alan Wake 2 launches on May 4.", [("Harbour News", "press")]),
        ("Alan Wake 2 launches on May 4, the publisher said.", [("publisher", "company")]),
        ("The developer confirmed that Alan Wake 2 launches on May 4.", [("developer", "company")]),
        ("Insiders said that Alan Wake 2 launches on May 4.", [("insiders", "unnamed")]),
        ("According to a leak, Alan Wake 2 launches on May 4.", [("leak", "unnamed")]),
        ("Alan Wake 2 was announced by Northfall.", [("Northfall", "maker")]),
        ("Alan Wake 2 launches on May 4.", []),
        ("Northfall is a studio by the sea.", []),
        ("In May Northfall's new trailer for Alan Wake 2 arrived.", []),
    ],
)
def test_a_sentence_says_whose_word_it_is(text: str, expected: list[tuple[str, str]]) -> None:
    assert credited(text) == expected


def test_whoever_is_credited_twice_is_named_once() -> None:
    assert credited("Northfall announced, and Northfall confirmed, that Alan Wake 2 launches on May 4.") == [
        ("Northfall", "maker")
    ]
