from __future__ import annotations

from server.core.roles import Role, route
from server.votes import moderation, views

app_name = "votes"
urlpatterns = [
    route("", views.mine, role=Role.ANYONE, name="mine"),
    route("link/", views.ask_for_link, role=Role.ANYONE, name="link"),
    route("link/<slug:token>/", views.confirm, role=Role.ANYONE, name="confirm"),
    route("here/", views.say_where, role=Role.ANYONE, name="here"),
    route("forget/", views.forget, role=Role.ANYONE, name="forget"),
    route("held/", moderation.held, role=Role.STAFF, name="held"),
    route("tally.json", views.tally_json, role=Role.ANYONE, name="tally-json"),
    route("tally.csv", views.tally_csv, role=Role.ANYONE, name="tally-csv"),
    route("<slug:public_id>/", views.cast, role=Role.ANYONE, name="cast"),
]
