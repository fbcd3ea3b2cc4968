"""The message relay: turns due outbox rows into wake-up messages, a small fair window at a time."""

from itertools import takewhile

import structlog
from kombu.exceptions import OperationalError

import db
from db import outbox, queues, workers
from db.outbox import Wakeup
from tasks.app import app
from tasks.queues import ALL, BACKGROUND

log = structlog.get_logger(__name__)
LOST_AFTER_SECONDS = 2.0
FEWEST = 2


def publish_due() -> int:
    """Send a wake-up for each row that is due and fits the window; give their number."""
    with db.engine() as connection:
        due = outbox.queues_due(connection, ALL)
        slots = workers.slots_by_queue(connection) if due else {}
        wakeups = [
            wakeup
            for queue in due
            for wakeup in outbox.take(connection, queue, _window(connection, queue, slots.get(queue, 0)))
        ]
    return sum(1 for _ in takewhile(send, wakeups))


def send(wakeup: Wakeup) -> bool:
    """Publish one message; False when the broker does not take it: `resend_lost` will find it again."""
    try:
        app.send_task("tasks.jobs.work", args=[str(wakeup.job_id)], queue=wakeup.queue, retry=False)
    except OperationalError:
        log.warning("wake-up not sent, broker away", job_id=str(wakeup.job_id))
        return False
    return True


def resend_lost() -> int:
    """Make messages due again that nobody claimed and the broker no longer holds: it, or a dying worker, lost some."""
    with db.engine() as connection:
        waiting = outbox.sent_before(connection, LOST_AFTER_SECONDS)
    lost = [queue for queue, sent in waiting.items() if (held := depth(queue)) is not None and held < sent]
    if not lost:
        return 0
    with db.engine() as connection:
        return sum(outbox.send_again(connection, queue, LOST_AFTER_SECONDS) for queue in lost)


def depth(queue: str) -> int | None:
    """Count the messages that wait in the broker; None when it can't be asked."""
    try:
        with app.connection_for_read() as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
            channel = connection.default_channel
            try:
                return int(channel.queue_declare(queue, passive=True).message_count)
            except connection.channel_errors:
                return 0
    except OperationalError:
        return None


def _window(connection: db.Connection, queue: str, slots: int) -> int:
    if queue in BACKGROUND:
        return max(1, slots - 1) - queues.busy(connection, sorted(BACKGROUND), but=queue)
    return max(FEWEST, 2 * slots)
