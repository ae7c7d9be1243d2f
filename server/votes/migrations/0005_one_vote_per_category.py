import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('votes', '0004_hearts_become_votes'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='vote',
            name='voter',
        ),
        migrations.RenameField(
            model_name='vote',
            old_name='voice',
            new_name='voter',
        ),
        migrations.AlterField(
            model_name='vote',
            name='voter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='votes.voter'),
        ),
        migrations.AlterField(
            model_name='vote',
            name='category',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='votes.category'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'discarded'), _negated=True), fields=('voter', 'category', 'season'), name='one_vote_per_voter_category_season'),
        ),
        migrations.AddIndex(
            model_name='vote',
            index=models.Index(fields=['season', 'category', 'house', 'cast_at'], include=('state',), name='votes_of_a_house'),
        ),
        migrations.AddIndex(
            model_name='vote',
            index=models.Index(condition=models.Q(('state', 'held')), fields=['cast_at'], name='votes_held'),
        ),
    ]
