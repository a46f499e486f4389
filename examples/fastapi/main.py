import os

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def index():
    return {"message": "Hello from FastAPI", "release": os.environ.get("HOP3_RELEASE", "none")}


@app.get("/square/{number}")
def square(number: int):
    return {"number": number, "square": number * number}
