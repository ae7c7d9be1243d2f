from __future__ import annotations

from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache


@never_cache
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"alive": True})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database and the broker answer, 503 with the name of what does not."""
    answers = {"database": answers_to(ask_database), "broker": answers_to(ask_broker)}
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)


def answers_to(question: Callable[[], None]) -> bool:
    try:
        question()
    except Exception:
        return False
    return True


def ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_broker() -> None:
    cache.get("ready")
