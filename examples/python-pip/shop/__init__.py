from flask import Flask

from . import pages


def create_app(config=None):
    app = Flask(__name__)
    app.config.from_mapping(GREETING="Hello from pip", **(config or {}))
    app.register_blueprint(pages.blueprint)
    return app
