from __future__ import annotations

from server.competitions import views
from server.core.roles import Role, route

app_name = "competitions"
urlpatterns = [
    route("", views.listed, role=Role.ANYONE, name="list"),
    route("<slug:slug>/", views.competition, role=Role.ANYONE, name="competition"),
    route("<slug:slug>/enter/", views.enter_house, role=Role.ANYONE, name="enter"),
    route("<slug:slug>/result/", views.result, role=Role.ANYONE, name="result"),
    route("<slug:slug>/entries/", views.entries, role=Role.STAFF, name="entries"),
    route("<slug:slug>/announce/", views.announce_result, role=Role.STAFF, name="announce"),
    route("<slug:slug>/entries/<int:pk>/", views.decide, role=Role.STAFF, name="decide"),
]
