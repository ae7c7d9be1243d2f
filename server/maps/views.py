from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def map_page(request: HttpRequest) -> HttpResponse:
    return render(request, "maps/map.html")


def leaderboard(request: HttpRequest) -> HttpResponse:
    return render(request, "maps/leaderboard.html")
