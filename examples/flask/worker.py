"""Counts seconds into a file that outlives releases."""

import os
import signal
import time
from pathlib import Path

ticks = Path(os.environ.get("HOP3_DATA", ".")) / "ticks"
running = True


def stop(_signal, _frame):
    global running
    running = False


signal.signal(signal.SIGTERM, stop)
print("ticking", flush=True)
while running:
    count = int(ticks.read_text() or 0) if ticks.exists() else 0
    ticks.with_suffix(".new").write_text(str(count + 1))
    ticks.with_suffix(".new").replace(ticks)
    time.sleep(1)
