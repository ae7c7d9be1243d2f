from __future__ import annotations

from server.core.roles import Role, route
from server.labels import views

app_name = "labels"
urlpatterns = [
    route("<slug:public_id>/", views.inspect, role=Role.OWNER, name="inspect"),
    route("<slug:public_id>/<slug:layer>.png", views.layer, role=Role.OWNER, name="layer"),
    route("<slug:public_id>/verdict/", views.verdict, role=Role.LABELLER, name="verdict"),
]
