"""The schema for editors says what the reader says."""

from __future__ import annotations

import json

from pydantic import BaseModel

from monitor.config import json_schema
from monitor.config.entries import CHANNELS, RuleEntry, SourceEntry, SourcesFile, WorkEntry, keys_of


def test_the_schema_names_every_key_and_no_other() -> None:
    schema = json_schema()
    models: list[type[BaseModel]] = [WorkEntry, SourceEntry, RuleEntry, *CHANNELS.values()]
    for model in models:
        told = schema["$defs"][model.__name__]
        assert set(told["properties"]) == set(keys_of(model))
        assert told["additionalProperties"] is False
        assert all("description" in value or "$ref" in str(value) for value in told["properties"].values())
    assert set(schema["properties"]) == set(keys_of(SourcesFile))


def test_the_schema_is_json_and_lets_lists_be_written_as_their_one_item() -> None:
    schema = json.loads(json.dumps(json_schema()))
    aliases = schema["$defs"]["WorkEntry"]["properties"]["aliases"]
    assert [choice["type"] for choice in aliases["anyOf"]] == [["string", "number"], "array"]
