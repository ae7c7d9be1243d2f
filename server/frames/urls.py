from __future__ import annotations

from server.core.roles import Role, route
from server.frames import views

app_name = "frames"
urlpatterns = [
    route("", views.browse, role=Role.OWNER, name="browse"),
    route("of/<slug:drive_id>/", views.grid, role=Role.OWNER, name="grid"),
    route("<slug:public_id>/picture.jpg", views.picture, role=Role.ANYONE, name="picture"),
    route("<slug:public_id>/thumbnail.jpg", views.thumbnail, role=Role.ANYONE, name="thumbnail"),
    route("<slug:public_id>/overlay.png", views.overlay, role=Role.ANYONE, name="overlay"),
]
