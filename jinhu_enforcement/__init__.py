"""Settings, URLs and everything that runs the platform.

The Celery application is imported here so that `shared_task` finds it in the web process, too.
"""

from jinhu_enforcement.celery import app as celery_app

__all__ = ["celery_app"]
