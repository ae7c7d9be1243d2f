from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from server.accounts.models import User
from tests.server.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "a lantern in the hall"


def sign_up(
    client: Client, email: str = "New@Example.org", password: str = PASSWORD, **fields: str
) -> HttpResponse:
    form = {"email": email, "password1": password, "password2": password, **fields}
    return client.post(reverse("accounts:sign-up"), form)


def test_signing_up_signs_in(client: Client) -> None:
    assert sign_up(client).headers["Location"] == reverse("drives:mine")
    assert client.get(reverse("drives:mine")).status_code == 200
    assert User.objects.get().email == "new@example.org"


def test_signing_up_goes_on_where_one_came_from(client: Client) -> None:
    assert sign_up(client, next="/houses/abc/").headers["Location"] == "/houses/abc/"


@pytest.mark.parametrize("where", ["https://elsewhere.example/", "//elsewhere.example"])
def test_no_link_leads_off_the_site_after_signing_in(client: Client, where: str) -> None:
    make_user("known@example.org", PASSWORD)
    form = {"username": "known@example.org", "password": PASSWORD, "next": where}
    assert client.post(reverse("accounts:sign-in"), form).headers["Location"] == reverse("drives:mine")
    assert sign_up(Client(), next=where).headers["Location"] == reverse("drives:mine")


@pytest.mark.parametrize("password", ["short", "1234567890", "password123"])
def test_a_weak_password_is_refused_with_a_reason(client: Client, password: str) -> None:
    answer = sign_up(client, password=password)
    assert answer.status_code == 200
    assert 'class="field-error"' in answer.content.decode()
    assert not User.objects.exists()


def test_an_address_has_one_account_however_it_is_written(client: Client) -> None:
    make_user("new@example.org")
    assert "already an account" in sign_up(client, email="NEW@example.org").content.decode()
    assert User.objects.count() == 1


def test_the_address_may_be_typed_in_capitals(client: Client) -> None:
    make_user("known@example.org", PASSWORD)
    answer = client.post(reverse("accounts:sign-in"), {"username": "Known@Example.org", "password": PASSWORD})
    assert answer.headers["Location"] == reverse("drives:mine")


def test_a_wrong_password_says_no_more_than_that(client: Client) -> None:
    make_user("known@example.org", PASSWORD)
    pages = [
        client.post(reverse("accounts:sign-in"), {"username": email, "password": "wrong"}).content.decode()
        for email in ("known@example.org", "unknown@example.org")
    ]
    assert all("do not belong together" in page for page in pages)


def test_signing_out_takes_a_post(client: Client) -> None:
    client.force_login(make_user())
    client.post(reverse("accounts:sign-out"))
    assert client.get(reverse("drives:mine")).status_code == 302


def test_a_one_time_password_opens_the_password_page_only(client: Client) -> None:
    user = make_user("first@example.org", PASSWORD, must_change_password=True)
    client.force_login(user)
    for name in ("maps:map", "drives:mine", "drives:upload"):
        assert client.get(reverse(name)).headers["Location"] == reverse("accounts:password")
    assert client.get(reverse("api:drives")).status_code == 403
    fresh = "two lanterns in the hall"
    form = {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh}
    client.post(reverse("accounts:password"), form)
    assert client.get(reverse("drives:mine")).status_code == 200
