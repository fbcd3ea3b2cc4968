"""The pages people see: server-rendered, with a little htmx; each noun has its file."""

from flask import Flask

from web.pages import documents, home, jobs, login, review, screenshots, search, streams, words


def register(app: Flask) -> None:
    """Serve all pages."""
    words.register(app)
    for page in (home, jobs, documents, screenshots, review, streams, search, login):
        app.register_blueprint(page.blueprint)
