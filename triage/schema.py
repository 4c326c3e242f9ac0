"""The JSON Schema of a set of clocks, for editors: made from the models that read the file, so the two cannot differ."""

from __future__ import annotations

import json

from triage.packs import PackFile


def text() -> str:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **PackFile.model_json_schema(by_alias=True),
    }
    schema["title"] = "时限规则"
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
