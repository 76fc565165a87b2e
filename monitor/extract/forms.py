"""Adjust claims to the form of their document.

A premiere is not out yet, a quoted post is attributed to its own author, and an account that is not known as official makes nothing official
by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.model import Certainty, Claim, Document, Event, Form, Status

__all__ = ["by_form"]

_POSTS = frozenset({Form.POST, Form.THREAD, Form.REPLY})


def by_form(document: Document, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Return the `claims` of `document`, adjusted to its form."""
    if document.form is Form.PREMIERE:
        claims = _to_come(claims)
    if not document.official and document.form is not Form.ARTICLE:
        return tuple(map(_of_an_account, claims))
    if document.official and document.form in _POSTS:
        return tuple(_of_whom_it_quotes(document, claim) for claim in claims)
    return tuple(claims)


def _to_come(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Return `claims` with released trailers as scheduled: a premiere is listed before it can be watched."""
    dated = {
        (c.title, c.instalment)
        for c in claims
        if c.event is Event.TRAILER and c.when is not None and not _is_out(c)
    }
    return tuple(
        replace(claim, status=Status.SCHEDULED, when=None) if _is_out(claim) else claim
        for claim in claims
        if not (_is_out(claim) and (claim.title, claim.instalment) in dated)
    )


def _is_out(claim: Claim) -> bool:
    return claim.event is Event.TRAILER and claim.status is Status.RELEASED


def _of_an_account(claim: Claim) -> Claim:
    """Return the claim of an account that is not known as official: at most reported, unless it credits somebody by name.

    The name of another account is not enough, since anybody may take a similar one.
    """
    is_vouched = any(not name.startswith("@") for name in claim.sources)
    if claim.certainty is Certainty.OFFICIAL and not is_vouched:
        return replace(claim, certainty=Certainty.REPORTED)
    return claim


def _of_whom_it_quotes(document: Document, claim: Claim) -> Claim:
    """Return an official account's claim; in an embedded post of another account it is at most reported, unless the account denies it."""
    if claim.status is Status.DENIED:
        return claim
    if claim.certainty is Certainty.OFFICIAL and _is_anothers(document, claim):
        return replace(claim, certainty=Certainty.REPORTED)
    return claim


def _is_anothers(document: Document, claim: Claim) -> bool:
    """Return whether a claim is in an embedded post that is not at an address of the document's own account."""
    if claim.post is None:
        return False
    own, theirs = (url.rpartition("/")[0] for url in (document.url, claim.post.url))
    return not own or own != theirs
