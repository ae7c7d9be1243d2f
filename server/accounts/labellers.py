"""Who may label: accounts that staff invited, and that said yes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.models import LabellerInvitation, User

INVITATION_LASTS = timedelta(days=14)


class CannotInvite(Exception):
    """The message says why, and what to do."""


def labellers() -> list[User]:
    """Accounts that may label by invitation, by address."""
    return list(User.objects.filter(is_labeller=True).order_by("email"))


@transaction.atomic
def invite(*, email: str, by: User) -> str:
    """The token of a new invitation; an older one to the same address is withdrawn. Raises CannotInvite."""
    email = email.strip().lower()
    account = User.objects.filter(email=email).first()
    if account and (account.is_labeller or account.is_staff):
        raise CannotInvite(_("%(email)s may label already.") % {"email": email})
    if account and not account.is_active:
        raise CannotInvite(_("The account %(email)s is closed.") % {"email": email})
    LabellerInvitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    )
    token = secrets.token_urlsafe(32)
    LabellerInvitation.objects.create(
        email=email,
        token_hash=hash_of(token),
        invited_by=by,
        expires_at=timezone.now() + INVITATION_LASTS,
    )
    return token


def open_invitation(token: str) -> LabellerInvitation | None:
    """The invitation, while it may be accepted."""
    return LabellerInvitation.objects.open().filter(token_hash=hash_of(token)).first()


@transaction.atomic
def accept(invitation: LabellerInvitation, user: User) -> bool:
    """Makes the invited account a labeller; False for another account, or where somebody was faster."""
    if user.email.lower() != invitation.email.lower():
        return False
    still_open = LabellerInvitation.objects.open().filter(pk=invitation.pk)
    if not still_open.update(accepted_at=timezone.now()):
        return False
    User.objects.filter(pk=user.pk).update(is_labeller=True)
    return True


@transaction.atomic
def withdraw(*, email: str) -> bool:
    """Takes back what an address was given: its open invitation, and its account's leave to label. Its labels stay."""
    email = email.strip().lower()
    waiting = LabellerInvitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None)
    taken_back = waiting.update(withdrawn_at=timezone.now())
    labelled_no_more = User.objects.filter(email=email, is_labeller=True).update(is_labeller=False)
    return bool(taken_back or labelled_no_more)


def hash_of(token: str) -> str:
    """Of a link's 256 random bits; nothing to guess, so it needs no key."""
    return hashlib.sha256(token.encode()).hexdigest()
