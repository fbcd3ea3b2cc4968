"""Celery's side of the platform: thin doors, queues, the schedule, and the life of workers and scheduler."""
