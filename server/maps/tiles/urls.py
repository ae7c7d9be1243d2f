"""Everything below /tiles/."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "tiles"
urlpatterns: list[URLPattern] = []
