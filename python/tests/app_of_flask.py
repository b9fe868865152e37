"""A Flask application with a limit for all of it, and one for a view."""

from __future__ import annotations

import flask

import tidegate
from tidegate.flask import RateLimit

app = flask.Flask("shop")
RateLimit(tidegate.KeyedRateLimiter("2/hour"), app, exempt=["/login"])
logins = RateLimit(tidegate.KeyedRateLimiter("1/hour"))


@app.get("/a")
def view() -> str:
    """Answer."""
    return "fine"


@app.post("/login")
@logins
def login() -> str:
    """Answer."""
    return "fine"
