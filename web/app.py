"""The web application, put together."""

from flask import Flask

from settings import Settings, get_settings
from web import (
    access,
    contract,
    corrections,
    documents,
    external,
    health,
    jobs,
    language,
    limits,
    livers,
    metrics,
    models,
    observe,
    openapi,
    pages,
    problems,
    resumable,
    screenshots,
    search,
    security,
    snapshots,
    streams,
    uploads,
    webhooks,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; the order of what comes before a view is: number, guard, view."""
    settings = settings or get_settings()
    app = Flask(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    access.requires(access.PUBLIC)(app.view_functions["static"])
    security.register(app, settings)
    observe.register(app)
    language.register(app)
    uploads.register(app, settings.max_upload_mb)
    problems.register(app)
    app.extensions["shiomi_limits"] = limits.make(settings)
    streams.register(app, settings.web_threads)
    access.register(app)
    metrics.register(app)
    app.register_blueprint(health.blueprint)
    contract.register(app, jobs.api, documents.api, screenshots.api, corrections.api, search.api, health.api)
    contract.register(app, resumable.api, snapshots.api)
    contract.register(app, external.api, livers.api, webhooks.api)
    contract.register(app, models.api)
    openapi.register(app)
    pages.register(app)
    return app
