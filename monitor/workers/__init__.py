"""The worker pool: processes that parse bodies and extract their claims beside the event loop (docs/decisions/0003)."""
