import platform

from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return f"Hello from uv, on Python {platform.python_version()}\n"
