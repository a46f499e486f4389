"""Runs once per deploy, before the new release serves."""

import os
from pathlib import Path

data = Path(os.environ.get("HOP3_DATA", "."))
(data / "migrated").write_text(os.environ.get("HOP3_RELEASE", "none") + "\n")
print("migrated")
