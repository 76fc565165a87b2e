"""Generate the JSON Schema of sources.yaml, for completion and validation in editors, from the models that read it."""

from __future__ import annotations

from typing import Any

__all__ = ["json_schema"]


def json_schema() -> dict[str, Any]:
    """Return the schema, JSON Schema 2020-12."""
    from monitor.config.entries import SourcesFile  # noqa: PLC0415 - models are built only where they are needed

    schema = SourcesFile.model_json_schema(by_alias=True)
    for model in schema.get("$defs", {}).values():
        for name, value in model.get("properties", {}).items():
            model["properties"][name] = _or_one(value)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _or_one(value: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a list so that it also allows a single item."""
    if value.get("type") != "array":
        return value
    kept: dict[str, Any] = {key: value[key] for key in ("description", "title", "default") if key in value}
    items = {key: value[key] for key in ("items", "maxItems", "type") if key in value}
    return {"anyOf": [value["items"], items], **kept}
