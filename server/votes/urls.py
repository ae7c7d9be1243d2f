from __future__ import annotations

from server.core.roles import Role, route
from server.votes import views

app_name = "votes"
urlpatterns = [
    route("<slug:public_id>/", views.cast, role=Role.MEMBER, name="cast"),
]
