"""A heart was one for each house; a vote is one in each category. The latest heart of a season becomes the vote for "most festive"."""

from django.db import migrations

from server.votes.addresses import address_hash
from server.votes.categories import ship

LATEST = """
DELETE FROM votes_vote heart USING votes_vote later
WHERE later.voice_id = heart.voice_id AND later.season_id = heart.season_id
    AND (later.cast_at, later.id) > (heart.cast_at, heart.id)
"""
COUNT = """
UPDATE houses_housescore score
SET votes = counted.votes
FROM (SELECT house_id, season_id, count(*) AS votes FROM votes_vote GROUP BY house_id, season_id) counted
WHERE counted.house_id = score.house_id AND counted.season_id = score.season_id
"""


def make_voters(apps, schema_editor):
    Category, Vote, Voter = (apps.get_model("votes", name) for name in ("Category", "Vote", "Voter"))
    User = apps.get_model("accounts", "User")
    ship(Category)
    festive = Category.objects.get(goes_with="points")
    for user in User.objects.filter(pk__in=Vote.objects.values("voter")).order_by("pk"):
        voter, _ = Voter.objects.get_or_create(
            address_hash=address_hash(user.email), defaults={"user": user, "since": user.date_joined}
        )
        Vote.objects.filter(voter=user).update(voice=voter, category=festive)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(LATEST)
        cursor.execute(COUNT)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('votes', '0003_categories_and_voters'),
    ]

    operations = [
        migrations.RunPython(make_voters, migrations.RunPython.noop),
    ]
