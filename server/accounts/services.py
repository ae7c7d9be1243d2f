"""What is done to accounts."""

from __future__ import annotations

from django.db import transaction
from django.utils.crypto import get_random_string

from server.accounts.models import User

# Without the letters and figures that are mistaken for one another.
ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
ONE_TIME_LENGTH = 14


@transaction.atomic
def ensure_admin(*, email: str) -> str | None:
    """Makes the first administrator and returns a one-time password; None where there is an administrator already."""
    if User.objects.filter(is_superuser=True).exists():
        return None
    password = get_random_string(ONE_TIME_LENGTH, ONE_TIME_ALPHABET)
    User.objects.create_superuser(email, password, must_change_password=True)
    return password
