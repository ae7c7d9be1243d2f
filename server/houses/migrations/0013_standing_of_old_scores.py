from django.db import migrations

PLACE = """
UPDATE houses_housescore score
SET neighbourhood_id = house.neighbourhood_id, listed = NOT house.hidden AND house.merged_into_id IS NULL, standing = 0
FROM houses_house house
WHERE house.id = score.house_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('houses', '0012_standing'),
    ]

    operations = [
        migrations.RunSQL(PLACE, migrations.RunSQL.noop),
    ]
