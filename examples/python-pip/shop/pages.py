from flask import Blueprint, current_app

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def index():
    return f"{current_app.config['GREETING']}, by {__name__}\n"
