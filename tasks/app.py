"""The Celery application. Messages are acknowledged on arrival and only wake a worker up: Postgres is the truth.

Why these options: with acks_late a worker's main process exits when Redis restarts (kombu #582) and long tasks run
several times at once after the visibility time-out; without socket time-outs a frozen Redis blocks for ever.
"""

from celery import Celery

from settings.addresses import broker_url
from tasks import queues

TRANSPORT = {
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "retry_on_timeout": True,
    "queue_order_strategy": "priority",
    "visibility_timeout": 3600,
}

app = Celery("shiomi", include=["tasks.jobs", "tasks.maintenance", "tasks.webhooks"])
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=False,
    task_default_queue=queues.INTERACTIVE,
    task_queues={name: {"exchange": name, "routing_key": name} for name in queues.ALL},
    task_create_missing_queues=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_pool_limit=2,
    enable_utc=True,
    timezone="UTC",
    beat_schedule={
        "prune": {
            "task": "tasks.maintenance.prune",
            "schedule": 3600.0,
            "options": {"queue": queues.MAINTENANCE, "expires": 3000, "retry": False},
        },
        "send-webhooks": {
            "task": "tasks.webhooks.send_due",
            "schedule": 2.0,
            "options": {"queue": queues.MAINTENANCE, "expires": 5, "retry": False},
        },
        "expire-uploads": {
            "task": "tasks.maintenance.expire_uploads",
            "schedule": 900.0,
            "options": {"queue": queues.MAINTENANCE, "expires": 800, "retry": False},
        },
        "snapshots": {
            "task": "tasks.maintenance.snapshots",
            "schedule": 30.0,
            "options": {"queue": queues.MAINTENANCE, "expires": 25, "retry": False},
        },
        "collect-blobs": {
            "task": "tasks.maintenance.collect_blobs",
            "schedule": 6 * 3600.0,
            "options": {"queue": queues.MAINTENANCE, "expires": 3000, "retry": False},
        },
    },
)


def connect() -> Celery:
    """Give the application with the broker that the settings name."""
    url = broker_url()
    app.conf.broker_url = url
    if url.startswith("redis"):
        app.conf.broker_transport_options = TRANSPORT
        app.conf.worker_disable_prefetch = True
    return app
