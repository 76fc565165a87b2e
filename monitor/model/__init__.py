"""Define the values that all other modules exchange. The package imports nothing of the project but `errors`."""

from monitor.model.account import Account, account_name, is_one_account, same_name
from monitor.model.alert import alert, instant
from monitor.model.block import Block, BlockKind, Embed, SourceOffsets, StructuredDocument
from monitor.model.channel import Channel, ChannelFilter, ChannelKind, Delivery, DeliveryState, Message
from monitor.model.claim import (
    Certainty,
    Claim,
    ClaimSummary,
    Event,
    Key,
    Observation,
    Post,
    Span,
    Status,
    TrailerKind,
    Verdict,
    VerdictKind,
)
from monitor.model.counting import counted
from monitor.model.document import Document, Form
from monitor.model.extraction import ExtractedBody, ExtractedDocument
from monitor.model.notice import Notice, NoticeKind
from monitor.model.observing import observe
from monitor.model.source import (
    Fetched,
    FetchOutcome,
    NotModified,
    Parsed,
    RobotsFile,
    Source,
    SourceKind,
    SourceState,
    Trouble,
    Unreachable,
    Validators,
)
from monitor.model.standing import Belief, Change, ChangeKind, Standing
from monitor.model.when import When
from monitor.model.work import Work, WorkKind

__all__ = [
    "Account",
    "Belief",
    "Block",
    "BlockKind",
    "Certainty",
    "Change",
    "ChangeKind",
    "Channel",
    "ChannelFilter",
    "ChannelKind",
    "Claim",
    "ClaimSummary",
    "Delivery",
    "DeliveryState",
    "Document",
    "Embed",
    "Event",
    "ExtractedBody",
    "ExtractedDocument",
    "FetchOutcome",
    "Fetched",
    "Form",
    "Key",
    "Message",
    "NotModified",
    "Notice",
    "NoticeKind",
    "Observation",
    "Parsed",
    "Post",
    "RobotsFile",
    "Source",
    "SourceKind",
    "SourceOffsets",
    "SourceState",
    "Span",
    "Standing",
    "Status",
    "StructuredDocument",
    "TrailerKind",
    "Trouble",
    "Unreachable",
    "Validators",
    "Verdict",
    "VerdictKind",
    "When",
    "Work",
    "WorkKind",
    "account_name",
    "alert",
    "counted",
    "instant",
    "is_one_account",
    "observe",
    "same_name",
]
