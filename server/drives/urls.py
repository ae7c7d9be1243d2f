from __future__ import annotations

from server.core.roles import Role, route
from server.drives import views
from server.drives.home import views as home_views

app_name = "drives"
urlpatterns = [
    route("", views.mine, role=Role.OWNER, name="mine"),
    route("new/", views.upload, role=Role.MEMBER, name="upload"),
    route("home/", home_views.home, role=Role.OWNER, name="home"),
    route("home/forget/", home_views.forget, role=Role.OWNER, name="forget-home"),
    route("<slug:public_id>/cameras/", views.cameras, role=Role.OWNER, name="cameras"),
    route("<slug:public_id>/", views.drive, role=Role.OWNER, name="drive"),
    route("<slug:public_id>/originals/drop/", views.drop_originals, role=Role.OWNER, name="drop-originals"),
]
