from __future__ import annotations

from server.core.roles import Role, route
from server.drives import views

app_name = "drives"
urlpatterns = [
    route("", views.mine, role=Role.OWNER, name="mine"),
    route("new/", views.upload, role=Role.MEMBER, name="upload"),
    route("<slug:public_id>/cameras/", views.cameras, role=Role.OWNER, name="cameras"),
    route("<slug:public_id>/", views.drive, role=Role.OWNER, name="drive"),
]
