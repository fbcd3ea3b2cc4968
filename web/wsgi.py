"""The application as gunicorn serves it."""

from settings.logging import configure_logging
from web.app import create_app

configure_logging()
app = create_app()
