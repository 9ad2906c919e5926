"""A file that one matter had removed was gone for every other that held it, and they did not know."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("proceedings", "0006_labels_in_chinese"), ("evidence", "0001_initial")]
    operations = [
        migrations.RunSQL(
            """UPDATE proceedings_material SET removed_at = file.erased_at, removed_reason = '原件已移除'
               FROM evidence_storedfile file
               WHERE file.id = stored_id AND file.erased_at IS NOT NULL AND removed_at IS NULL""",
            migrations.RunSQL.noop,
        )
    ]
