import os
from pathlib import Path

from flask import Flask

app = Flask(__name__)
data = Path(os.environ.get("HOP3_DATA", "."))


@app.get("/")
def index():
    ticks = data / "ticks"
    seen = ticks.read_text().strip() if ticks.exists() else "0"
    return f"Hello from Flask, release {os.environ.get('HOP3_RELEASE', 'none')}; the worker has ticked {seen} times.\n"


@app.get("/health")
def health():
    return "ok\n" if (data / "migrated").exists() else ("not migrated\n", 503)
