import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('labels', '0003_strokes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='label',
            name='again_of',
            field=models.ForeignKey(blank=True, help_text='The older label of this frame that it repeats.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='taken_again', to='labels.label'),
        ),
        migrations.AddField(
            model_name='label',
            name='method',
            field=models.CharField(choices=[('clicks', 'by clicks'), ('strokes', 'by strokes'), ('both', 'by clicks and strokes'), ('carried', 'carried from another frame'), ('imported', 'from a file'), ('again', 'an older one taken again'), ('word', 'a word on the whole frame')], default='word', help_text='How it was made.', max_length=8),
        ),
        migrations.AddField(
            model_name='label',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, help_text='A withdrawn label never counts.', null=True),
        ),
        migrations.AddField(
            model_name='label',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawn_labels', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='label',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='somebody_withdrew_what_is_withdrawn'),
        ),
    ]
