from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from server.competitions import views as competitions
from server.core import health, preferences, views
from server.core.roles import Role, route

urlpatterns = [
    path("", include("server.maps.urls")),
    path("leaderboard/", include("server.boards.urls")),
    path("competitions/", include("server.competitions.urls")),
    route("entries/<slug:receipt>/", competitions.entry, role=Role.ANYONE, name="entry"),
    route(
        "entries/<slug:receipt>/withdraw/",
        competitions.withdraw_entry,
        role=Role.ANYONE,
        name="withdraw-entry",
    ),
    route("badges/<slug:public_id>.svg", competitions.badge, role=Role.ANYONE, name="badge"),
    path("tiles/", include("server.maps.tiles.urls")),
    path("drives/", include("server.drives.urls")),
    path("frames/", include("server.frames.urls")),
    path("", include("server.trust.urls")),
    path("houses/", include("server.houses.urls")),
    path("votes/", include("server.votes.urls")),
    path("", include("server.tours.urls")),
    path("search/", include("server.search.urls")),
    path("review/", include("server.review.urls")),
    path("labels/", include("server.labelling.urls")),
    path("labels/", include("server.labels.urls")),
    path("jobs/", include("server.jobs.urls")),
    path("training/", include("server.training.urls")),
    path("scorers/", include("server.scorers.urls")),
    path("accounts/", include("server.accounts.urls")),
    path("api/", include("server.api_urls")),
    path("admin/", admin.site.urls),
    route("preferences/", preferences.choose, role=Role.ANYONE, name="preferences"),
    route("favicon.ico", views.icon, role=Role.ANYONE, name="icon"),
    route("health/live", health.live, role=Role.ANYONE, name="health-live"),
    route("health/ready", health.ready, role=Role.ANYONE, name="health-ready"),
]
