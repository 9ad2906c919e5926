import datetime

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# Party repeats of the proceeding what a unit's list is ordered and filtered by. The copies are the database's business: a
# step, a merger, an import and the administration all write the proceeding, and none must forget them.
COPY = """
CREATE FUNCTION proceedings_party_copies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE matter record;
BEGIN
  SELECT state, number_key, opened_at, changed_at INTO matter FROM proceedings_proceeding WHERE id = NEW.proceeding_id;
  IF FOUND THEN
    NEW.state := matter.state;
    NEW.number_key := matter.number_key;
    NEW.opened_at := matter.opened_at;
    NEW.changed_at := matter.changed_at;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER proceedings_party_copies BEFORE INSERT OR UPDATE ON proceedings_party
  FOR EACH ROW EXECUTE FUNCTION proceedings_party_copies();

CREATE FUNCTION proceedings_proceeding_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The trigger above does the rest.
  UPDATE proceedings_party SET state = NEW.state WHERE proceeding_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER proceedings_proceeding_moved AFTER UPDATE ON proceedings_proceeding FOR EACH ROW
  WHEN ((OLD.state, OLD.number, OLD.opened_at, OLD.changed_at)
        IS DISTINCT FROM (NEW.state, NEW.number, NEW.opened_at, NEW.changed_at))
  EXECUTE FUNCTION proceedings_proceeding_moved();
"""
NO_COPY = """
DROP TRIGGER proceedings_proceeding_moved ON proceedings_proceeding;
DROP FUNCTION proceedings_proceeding_moved();
DROP TRIGGER proceedings_party_copies ON proceedings_party;
DROP FUNCTION proceedings_party_copies();
"""
FILL = """
UPDATE proceedings_party party
SET state = p.state, number_key = p.number_key, opened_at = p.opened_at, changed_at = p.changed_at
FROM proceedings_proceeding p WHERE p.id = party.proceeding_id;
UPDATE proceedings_proceeding p SET due_at = nearest.due_at FROM (
  SELECT proceeding_id, min(due_at) AS due_at FROM proceedings_clock
  WHERE stopped_at IS NULL AND cancelled_at IS NULL AND suspended_at IS NULL AND automatic = ''
  GROUP BY proceeding_id
) nearest WHERE nearest.proceeding_id = p.id;
-- The checks that these rows still have to come would keep the indexes below from being made.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("organizations", "0001_initial"),
        ("proceedings", "0011_clock_running_unit_dropped"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="proceeding",
            options={
                "ordering": ("-pk",),
                "permissions": [
                    ("supervise_all", "监督全部事项"),
                    ("assign_proceeding", "分办"),
                    ("record_paper", "代录纸质文书"),
                    ("remove_material", "移除误传材料"),
                    ("comment_proceeding", "留言"),
                    ("share_list_view", "与本单位共享列表视图"),
                ],
                "verbose_name": "办理事项",
                "verbose_name_plural": "办理事项",
            },
        ),
        migrations.CreateModel(
            name="ListChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=32)),
                ("columns", models.CharField(blank=True, max_length=1000)),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=32, verbose_name="类型")),
                ("name", models.CharField(max_length=20, verbose_name="名称")),
                ("query", models.CharField(blank=True, max_length=2000, verbose_name="条件")),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="保存时间")),
            ],
            options={
                "verbose_name": "列表视图",
                "verbose_name_plural": "列表视图",
                "ordering": ("name", "pk"),
            },
        ),
        migrations.RemoveIndex(
            model_name="party",
            name="party_unit_kind_newest",
        ),
        migrations.RemoveIndex(
            model_name="proceeding",
            name="proceeding_kind_newest",
        ),
        migrations.AddField(
            model_name="party",
            name="changed_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="party",
            name="number_key",
            field=models.CharField(default="", editable=False, max_length=800),
        ),
        migrations.AddField(
            model_name="party",
            name="opened_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="party",
            name="state",
            field=models.CharField(default="", editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name="proceeding",
            name="due_at",
            field=models.DateTimeField(
                default=datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC),
                editable=False,
                verbose_name="最近截止",
            ),
        ),
        migrations.AddField(
            model_name="proceeding",
            name="number_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.Func(
                        models.F("number"),
                        models.Value("(\\d+)"),
                        models.Value("00000000000\\1"),
                        models.Value("g"),
                        function="regexp_replace",
                    ),
                    models.Value("\\d*(\\d{12})"),
                    models.Value("\\1"),
                    models.Value("g"),
                    function="regexp_replace",
                ),
                output_field=models.CharField(max_length=800),
                verbose_name="编号（排序用）",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(COPY, NO_COPY),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("until", None)),
                fields=["unit", "kind", "-opened_at", "-proceeding"],
                include=("role", "turn"),
                name="party_list_opened",
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("until", None)),
                fields=["unit", "kind", "-changed_at", "-proceeding"],
                include=("role", "turn"),
                name="party_list_changed",
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("until", None)),
                fields=["unit", "kind", "number_key", "proceeding"],
                include=("role", "turn"),
                name="party_list_number",
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("until", None)),
                fields=["unit", "kind", "state", "-opened_at", "-proceeding"],
                include=("role", "turn"),
                name="party_list_state",
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(
                    ("due_at__lt", datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC)), ("until", None)
                ),
                fields=["unit", "kind", "due_at", "proceeding"],
                include=("role", "turn"),
                name="party_list_due",
            ),
        ),
        migrations.AddIndex(
            model_name="proceeding",
            index=models.Index(fields=["kind", "-opened_at", "-id"], name="proceeding_kind_opened"),
        ),
        migrations.AddIndex(
            model_name="proceeding",
            index=models.Index(fields=["kind", "-changed_at", "-id"], name="proceeding_kind_changed"),
        ),
        migrations.AddIndex(
            model_name="proceeding",
            index=models.Index(fields=["kind", "number_key", "id"], name="proceeding_kind_number"),
        ),
        migrations.AddIndex(
            model_name="proceeding",
            index=models.Index(fields=["kind", "state", "-opened_at", "-id"], name="proceeding_kind_state"),
        ),
        migrations.AddIndex(
            model_name="proceeding",
            index=models.Index(
                condition=models.Q(("due_at__lt", datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC))),
                fields=["kind", "due_at", "id"],
                name="proceeding_kind_due",
            ),
        ),
        migrations.AddField(
            model_name="listchoice",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="saved_views",
                to=settings.AUTH_USER_MODEL,
                verbose_name="保存人",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="saved_views",
                to="organizations.unit",
                verbose_name="共享给",
            ),
        ),
        migrations.AddField(
            model_name="listchoice",
            name="view",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="proceedings.savedview",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("officer", "kind", "name"),
                name="saved_view_name_once",
                violation_error_message="您已有同名的视图，请换一个名称。",
            ),
        ),
        migrations.AddConstraint(
            model_name="listchoice",
            constraint=models.UniqueConstraint(fields=("officer", "kind"), name="list_choice_once"),
        ),
    ]
