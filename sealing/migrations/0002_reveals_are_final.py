from django.db import migrations

# Who looked is written once. A trigger, because an ORM rule does not see bulk updates, SQL or another program.
FORBID = """
CREATE FUNCTION sealing_reveallog_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'reveals are written once and never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER sealing_reveallog_is_final BEFORE UPDATE OR DELETE ON sealing_reveallog
  FOR EACH ROW EXECUTE FUNCTION sealing_reveallog_is_final();
"""
ALLOW = """
DROP TRIGGER sealing_reveallog_is_final ON sealing_reveallog;
DROP FUNCTION sealing_reveallog_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("sealing", "0001_initial")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
