"""The pages people see: server-rendered, with a little htmx; each noun has its file."""

from flask import Flask

from web.pages import (
    analyses,
    documents,
    home,
    jobs,
    login,
    models,
    review,
    screenshots,
    search,
    streams,
    webhooks,
    words,
)


def register(app: Flask) -> None:
    """Serve all pages."""
    words.register(app)
    for page in (home, jobs, documents, analyses, screenshots, review, streams, search, models, webhooks, login):
        app.register_blueprint(page.blueprint)
