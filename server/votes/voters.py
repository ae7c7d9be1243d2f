"""Who has a voice: an account, or whoever opened the link sent to an address. One address has one voice, either way."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.models import User
from server.votes.addresses import address_hash, token_hash
from server.votes.models import VoteLink, Voter

LINK_LASTS = timedelta(hours=2)


class NoVoice(Exception):
    """Whoever asks may not vote as things stand; the message is a sentence that says what to do."""


def voter_of_account(user: User) -> Voter | None:
    return Voter.objects.filter(user=user).first()


@transaction.atomic
def make_voter(user: User, confirmed: Voter | None = None) -> Voter:
    """The account's voter. `confirmed`: the one whose link was opened in this browser.

    Raises NoVoice where its address votes already: by links, which an account takes over only where one was opened, or by
    another account.
    """
    hashed = address_hash(user.email)
    voter, made = Voter.objects.select_for_update(of=("self",)).get_or_create(
        address_hash=hashed, defaults={"user": user, "since": user.date_joined}
    )
    if made or voter.user_id == user.pk:
        return voter
    if voter.user_id is not None:
        raise NoVoice(_("Another account with this e-mail address votes already. Sign in with that one."))
    if confirmed != voter:
        raise NoVoice(
            _(
                "This e-mail address votes by link already. Ask for a link once more, and open it in this browser."
            )
        )
    voter.user = user
    voter.save(update_fields=["user"])
    return voter


def make_link(*, address: str, leads_to: str = "", at: datetime | None = None) -> str:
    """A link's token for the address: good once, for two hours. Links that have expired are forgotten."""
    at = at or timezone.now()
    VoteLink.objects.filter(expires_at__lt=at - LINK_LASTS).delete()
    token = secrets.token_urlsafe(32)
    VoteLink.objects.create(
        token_hash=token_hash(token),
        address_hash=address_hash(address),
        leads_to=leads_to,
        expires_at=at + LINK_LASTS,
    )
    return token


def good_link(token: str, at: datetime | None = None) -> VoteLink | None:
    """The link, while it may be opened."""
    links = VoteLink.objects.filter(token_hash=token_hash(token), used_at=None)
    return links.filter(expires_at__gt=at or timezone.now()).first()


@transaction.atomic
def open_link(token: str, at: datetime | None = None) -> tuple[Voter, VoteLink] | None:
    """Uses a link up; its voter, made where the address had none. None for one that is unknown, used or too old."""
    at = at or timezone.now()
    link = good_link(token, at)
    if link is None or not VoteLink.objects.filter(pk=link.pk, used_at=None).update(used_at=at):
        return None
    voter, _made = Voter.objects.get_or_create(address_hash=link.address_hash, defaults={"since": at})
    return voter, link
