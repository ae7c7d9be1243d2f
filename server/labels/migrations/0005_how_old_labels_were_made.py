"""Labels from before methods were written down: their masks and clicks tell."""

from django.db import migrations
from django.db.models import Exists, OuterRef, Q



def tell(apps, schema_editor):
    Label = apps.get_model('labels', 'Label')
    Click = apps.get_model('labels', 'Click')
    drawn = Label.objects.filter(mask__isnull=False, method='word')
    clicked = Exists(Click.objects.filter(label=OuterRef('pk')))
    drawn.filter(clicked).update(method='clicks')
    drawn.filter(~clicked, Q(carried_from__isnull=False) | Q(mask_share__gt=0)).update(method='carried')


class Migration(migrations.Migration):

    dependencies = [
        ('labels', '0004_method_and_withdrawal'),
    ]

    operations = [
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
