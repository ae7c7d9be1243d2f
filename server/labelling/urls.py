from __future__ import annotations

from server.core.roles import Role, route
from server.labelling import views

app_name = "labelling"
urlpatterns = [
    route("", views.queue, role=Role.LABELLER, name="queue"),
    route("start/", views.start, role=Role.LABELLER, name="start"),
    route("rank/", views.rank, role=Role.LABELLER, name="rank"),
    route("skipped/", views.take_skips_back, role=Role.LABELLER, name="take-skips-back"),
    route("<slug:public_id>/skip/", views.pass_over, role=Role.LABELLER, name="skip"),
    route("<slug:public_id>/next/", views.following, role=Role.LABELLER, name="next"),
]
