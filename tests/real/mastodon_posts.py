"""Posts to a Mastodon by Mastodon.py what the tests read; each command is a line of JSON, answered by the id of its post."""

from __future__ import annotations

import json
import sys

from mastodon import Mastodon  # type: ignore[import-not-found]

client = Mastodon(access_token="mock_token", api_base_url=sys.argv[1])
for line in sys.stdin:
    command = json.loads(line)
    if "edit" in command:
        made = client.status_update(command["edit"], command["text"])
    elif "delete" in command:
        client.status_delete(command["delete"])
        made = {"id": command["delete"]}
    else:
        made = client.status_post(
            command["text"],
            in_reply_to_id=command.get("to"),
            spoiler_text=command.get("warning"),
            language="en",
        )
    sys.stdout.write(f"{made['id']}\n")
    sys.stdout.flush()
