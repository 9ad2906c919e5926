"""Which matters came with the sample county (示例县), so that they can be told from a county's own."""

from proceedings.models import Proceeding, SampleMatter


def mark(ids) -> None:
    SampleMatter.objects.bulk_create([SampleMatter(proceeding_id=pk) for pk in ids], ignore_conflicts=True)


def matters():
    return Proceeding.objects.filter(pk__in=SampleMatter.objects.values("pk"))
