from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.test import Client

from server.accounts.models import User

pytestmark = pytest.mark.django_db


def ensure_admin() -> str:
    printed = io.StringIO()
    call_command("ensure_admin", stdout=printed)
    return printed.getvalue().strip()


def test_the_first_account_is_an_administrator_with_a_one_time_password() -> None:
    password = ensure_admin().rpartition(" ")[2]
    admin = User.objects.get()
    assert admin.is_superuser
    assert admin.check_password(password)
    assert admin.must_change_password


def test_the_one_time_password_is_printed_once() -> None:
    ensure_admin()
    assert ensure_admin() == ""
    assert User.objects.count() == 1


def test_the_one_time_password_leads_to_a_new_one(client: Client) -> None:
    password = ensure_admin().rpartition(" ")[2]
    assert client.login(email="admin@localhost", password=password)
    answer = client.get("/drives/")
    assert answer.status_code == 302
    assert "password" in answer["Location"]
