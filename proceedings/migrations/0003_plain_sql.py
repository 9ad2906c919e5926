from django.db import migrations

# Events are written once. A trigger, because an ORM rule does not see bulk updates, the admin's SQL or another
# program. TRUNCATE is left to the database's owner, who may drop the trigger as well.
FORBID = """
CREATE FUNCTION proceedings_event_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are written once and never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER proceedings_event_is_final BEFORE UPDATE OR DELETE ON proceedings_event
  FOR EACH ROW EXECUTE FUNCTION proceedings_event_is_final();
"""
ALLOW = """
DROP TRIGGER proceedings_event_is_final ON proceedings_event;
DROP FUNCTION proceedings_event_is_final();
"""

# Every rung leaves a dead row version: among millions of running clocks the default (20 %) would never vacuum.
VACUUM = "ALTER TABLE proceedings_clock SET (autovacuum_vacuum_scale_factor = 0.01, fillfactor = 80)"
DEFAULT_VACUUM = "ALTER TABLE proceedings_clock RESET (autovacuum_vacuum_scale_factor, fillfactor)"


class Migration(migrations.Migration):
    dependencies = [("proceedings", "0002_initial")]

    operations = [
        migrations.RunSQL(FORBID, ALLOW),
        migrations.RunSQL(VACUUM, DEFAULT_VACUUM),
    ]
