from django.db import migrations, models


def tie_to_their_cases(apps, schema_editor):
    """Complaints under way are about the case that was opened from them, or that their transfer is about."""
    Proceeding = apps.get_model("proceedings", "Proceeding")
    for complaint in Proceeding.objects.filter(kind="complaint", state__in=("in_case", "referred", "checking")):
        opened = Proceeding.objects.filter(origin_id=complaint.pk)
        case = opened.filter(kind="case").values_list("pk", flat=True).last()
        case = case or opened.filter(kind="transfer").values_list("case_id", flat=True).last()
        Proceeding.objects.filter(pk=complaint.pk, case=None).update(case_id=case)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial"), ("proceedings", "0017_sealed_identities")]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="progress_told_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="最近告知进展时间"),
        ),
        migrations.AddField(
            model_name="complaint",
            name="to_tell",
            field=models.CharField(blank=True, max_length=200, verbose_name="待告知投诉人"),
        ),
        migrations.AlterField(
            model_name="complaint",
            name="channel",
            field=models.CharField(
                choices=[
                    ("phone", "来电"),
                    ("letter", "来信"),
                    ("visit", "来访"),
                    ("web", "网络"),
                    ("hotline", "12345 转办"),
                    ("assigned", "上级交办"),
                    ("notified", "县级部门告知"),
                    ("transferred", "其他单位移送"),
                ],
                max_length=16,
                verbose_name="来源渠道",
            ),
        ),
        migrations.RunPython(tie_to_their_cases, migrations.RunPython.noop),
    ]
