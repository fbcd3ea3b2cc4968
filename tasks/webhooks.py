"""The door through which events are sent."""

from ingesters import outbound
from tasks.app import app


@app.task(name="tasks.webhooks.send_due")
def send_due() -> None:
    """Send the events that are due."""
    outbound.send_due()
