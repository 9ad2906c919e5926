"""Celery's scheduler, which leaves a sign of life for the administration's page."""

from celery.beat import PersistentScheduler

from jinhu_enforcement.health import beat_lives


class Scheduler(PersistentScheduler):
    def tick(self, *args, **kwargs):
        beat_lives()
        return super().tick(*args, **kwargs)
