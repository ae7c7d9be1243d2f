import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('houses', '0013_standing_of_old_scores'),
        ('votes', '0002_cast_for'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('description', models.CharField(blank=True, max_length=200)),
                ('goes_with', models.CharField(choices=[('points', 'the points: its votes move the rank'), ('novelty', 'the novelty'), ('nothing', 'nothing: votes alone decide')], default='nothing', max_length=8)),
                ('place', models.PositiveSmallIntegerField(default=0, help_text='Where it stands among the others.')),
                ('in_new_seasons', models.BooleanField(default=True, help_text='Whether it takes votes while a season lasts, where nothing is said of that season below.')),
            ],
            options={
                'verbose_name_plural': 'categories',
                'ordering': ['place', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('goes_with', 'points')), fields=('goes_with',), name='one_category_goes_with_points')],
            },
        ),
        migrations.CreateModel(
            name='Poll',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('open', models.BooleanField(default=True)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='polls', to='votes.category')),
                ('season', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='polls', to='houses.season')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('category', 'season'), name='one_poll_per_category_and_season')],
            },
        ),
        migrations.CreateModel(
            name='Voter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('since', models.DateTimeField(default=django.utils.timezone.now, help_text='When the account was made, or the address was confirmed.')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='voter', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='VoteLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('address_hash', models.CharField(max_length=64)),
                ('leads_to', models.CharField(blank=True, max_length=200)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='vote',
            name='one_vote_per_voter_house_season',
        ),
        migrations.AddField(
            model_name='vote',
            name='voice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='votes.voter'),
        ),
        migrations.AddField(
            model_name='vote',
            name='category',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='votes.category'),
        ),
        migrations.AddField(
            model_name='vote',
            name='state',
            field=models.CharField(choices=[('counted', 'counted'), ('held', 'held'), ('discarded', 'discarded')], default='counted', max_length=9),
        ),
        migrations.AddField(
            model_name='vote',
            name='reasons',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('burst', 'many votes for this house within minutes'), ('network', 'several voters of one network for this house on one day'), ('fresh', 'several new voters for this house at once'), ('discarded', 'a vote of this voter was discarded before')], max_length=9), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='vote',
            name='network_hash',
            field=models.CharField(blank=True, help_text='A keyed hash of the day and the network; other days differ.', max_length=16),
        ),
        migrations.AddField(
            model_name='vote',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='vote',
            name='decided_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='vote',
            name='cast_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
