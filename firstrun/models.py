from django.db import models


class Completion(models.Model):
    """One row from the day on which the platform was set up: the tour is over, whatever is missing later."""

    at = models.DateTimeField("完成时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "启用完成"

    def __str__(self):
        return f"{self.at:%Y-%m-%d}"
