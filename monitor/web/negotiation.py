"""Choose the language and the region of a page from what the browser asks for (Accept-Language; RFC 9110, section 12.5.4)."""

from __future__ import annotations

from monitor.i18n import Catalogue, catalogue, locale_of, words_for

__all__ = ["accepted", "spoken_for"]

_LONGEST = 1000
_MOST = 20


def spoken_for(header: str, default: str = "en") -> Catalogue:
    """Return the catalogue of the first language of `header` that there is one for, else that of `default`."""
    for tag in accepted(header):
        locale = locale_of(tag)
        if locale.language == tag.replace("_", "-").partition("-")[0] and (found := catalogue(locale)):
            return found
    return words_for(default)


def accepted(header: str) -> list[str]:
    """Return the language tags of `header`, most wanted first; those with quality 0, `*` and what is no tag are left out."""
    wanted: list[tuple[float, str]] = []
    for part in header[:_LONGEST].split(",")[:_MOST]:
        tag, *parameters = (piece.strip() for piece in part.split(";"))
        quality = _quality(parameters)
        if quality > 0 and tag and tag.replace("-", "").isalnum() and tag.isascii():
            language, _, rest = tag.partition("-")
            wanted.append((quality, f"{language.lower()}-{rest}" if rest else language.lower()))
    return [tag for _, tag in sorted(wanted, key=lambda one: -one[0])]


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0
            return quality if 0 <= quality <= 1 else 0
    return 1
