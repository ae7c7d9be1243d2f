from django.db import migrations, models
from django.db.models import F


def count_all_as_live_once(apps, schema_editor):
    """Nobody knows which of the scorers that are there were live: what any of them showed of a hidden house stays hidden."""
    apps.get_model("frames", "Scorer").objects.update(promoted_at=F("created_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('frames', '0007_kept_heads'),
    ]

    operations = [
        migrations.AddField(
            model_name='scorer',
            name='promoted_at',
            field=models.DateTimeField(blank=True, help_text='When it was made live last; none while it only was in shadow.', null=True),
        ),
        migrations.RunPython(count_all_as_live_once, migrations.RunPython.noop),
    ]
