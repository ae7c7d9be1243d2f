from __future__ import annotations

from server.core.roles import Role, route
from server.labels import views
from server.labels.exchange import views as exchange

app_name = "labels"
urlpatterns = [
    route("exchange/", exchange.exchange, role=Role.STAFF, name="exchange"),
    route("exchange/labels.zip", exchange.all_as_zip, role=Role.STAFF, name="zip"),
    route("exchange/coco.json", exchange.all_as_coco, role=Role.STAFF, name="coco"),
    route("<slug:public_id>/", views.inspect, role=Role.OWNER, name="inspect"),
    route("<slug:public_id>/mask.png", exchange.mask, role=Role.LABELLER, name="mask"),
    route("<slug:public_id>/<slug:layer>.png", views.layer, role=Role.OWNER, name="layer"),
    route("<slug:public_id>/elsewhere/", views.elsewhere, role=Role.LABELLER, name="elsewhere"),
    route("<slug:public_id>/verdict/", views.verdict, role=Role.LABELLER, name="verdict"),
    route("<slug:public_id>/again/<int:label>/", views.again, role=Role.LABELLER, name="again"),
    route("<slug:public_id>/withdraw/<int:label>/", views.take_back, role=Role.LABELLER, name="withdraw"),
]
