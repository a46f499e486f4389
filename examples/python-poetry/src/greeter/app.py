from flask import Flask

from greeter.words import GREETING

app = Flask(__name__)


@app.get("/")
def index():
    return f"{GREETING}, from {'site-packages' if 'site-packages' in __file__ else 'the source'}\n"
