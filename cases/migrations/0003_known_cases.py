from django.db import migrations

# Cases that were registered before their handling was declared: their number is the registration number; those about
# which a transfer waits for its answer are being sent on; the others await filing, in the worklist of their unit.
KNOWN_CASES = """
UPDATE cases_case c SET registered_number = p.number FROM proceedings_proceeding p WHERE p.id = c.proceeding_ptr_id;
UPDATE proceedings_proceeding p SET state = 'referring'
 WHERE p.kind = 'case' AND p.state = 'clue' AND EXISTS (
   SELECT 1 FROM proceedings_proceeding t WHERE t.case_id = p.id AND t.kind = 'transfer' AND t.is_open
      AND t.state NOT IN ('accepted', 'reported'));
UPDATE proceedings_party q SET turn = TRUE, turn_since = p.changed_at FROM proceedings_proceeding p
 WHERE p.id = q.proceeding_id AND p.kind = 'case' AND p.state = 'clue' AND p.is_open
   AND q.role = 'handler' AND q.until IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_handling"), ("proceedings", "0016_letter_check_code")]

    operations = [migrations.RunSQL(KNOWN_CASES, migrations.RunSQL.noop)]
