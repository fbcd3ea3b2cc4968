"""What `celery -A tasks.worker` loads: the connected application with its signals."""

from tasks import presence
from tasks.app import connect

app = connect()
__all__ = ["app", "presence"]
