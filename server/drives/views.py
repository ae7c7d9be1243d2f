from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def mine(request: HttpRequest) -> HttpResponse:
    return render(request, "drives/mine.html")


def upload(request: HttpRequest) -> HttpResponse:
    return render(request, "drives/upload.html")


def drive(request: HttpRequest, public_id: str) -> HttpResponse:
    return render(request, "drives/drive.html")
