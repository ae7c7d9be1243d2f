from __future__ import annotations

from server.core.roles import Role, route
from server.jobs import views

app_name = "jobs"
urlpatterns = [
    route("", views.jobs, role=Role.STAFF, name="jobs"),
    route("<slug:public_id>/", views.job, role=Role.STAFF, name="job"),
    route("<slug:public_id>/cancel/", views.cancel, role=Role.STAFF, name="cancel"),
]
