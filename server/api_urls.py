"""Everything below /api/."""

from __future__ import annotations

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from server.boards import api as boards
from server.core.api import not_found
from server.core.roles import Role, route
from server.drives import api as drives
from server.drives.cameras import api as cameras
from server.drives.uploads import tus
from server.frames import api as frames
from server.houses import api as houses
from server.labels import api as labels
from server.labels import desk_api as desk
from server.search import api as search
from server.votes import api as votes

app_name = "api"
urlpatterns = [
    route("houses/", houses.Houses.as_view(), role=Role.ANYONE, name="houses"),
    route("houses/<slug:public_id>/", houses.HouseDetail.as_view(), role=Role.ANYONE, name="house"),
    route("houses/<slug:public_id>/vote/", votes.HouseVote.as_view(), role=Role.ANYONE, name="vote"),
    route("neighbourhoods/", houses.Neighbourhoods.as_view(), role=Role.ANYONE, name="neighbourhoods"),
    route("leaderboard/", houses.Leaderboard.as_view(), role=Role.ANYONE, name="leaderboard"),
    route("leaderboard/streets/", boards.Streets.as_view(), role=Role.ANYONE, name="board-streets"),
    route("leaderboard/stretches/", boards.Stretches.as_view(), role=Role.ANYONE, name="board-stretches"),
    route(
        "leaderboard/neighbourhoods/",
        boards.Neighbourhoods.as_view(),
        role=Role.ANYONE,
        name="board-neighbourhoods",
    ),
    route("leaderboard/improved/", boards.Improved.as_view(), role=Role.ANYONE, name="board-improved"),
    route("leaderboard/novel/", boards.Novel.as_view(), role=Role.ANYONE, name="board-novel"),
    route("leaderboard/drivers/", boards.Drivers.as_view(), role=Role.ANYONE, name="board-drivers"),
    route("frames/<slug:public_id>/verdict/", labels.Verdict.as_view(), role=Role.LABELLER, name="verdict"),
    route(
        "frames/<slug:public_id>/features/", labels.Features.as_view(), role=Role.LABELLER, name="features"
    ),
    route("frames/<slug:public_id>/labels/", labels.FrameLabels.as_view(), role=Role.LABELLER, name="labels"),
    route("frames/<slug:public_id>/carry/", labels.Carry.as_view(), role=Role.LABELLER, name="carry"),
    route("frames/<slug:public_id>/accept/", labels.Accept.as_view(), role=Role.LABELLER, name="accept"),
    route("frames/<slug:public_id>/draft/", desk.DraftOfFrame.as_view(), role=Role.LABELLER, name="draft"),
    route("frames/<slug:public_id>/present/", desk.Present.as_view(), role=Role.LABELLER, name="present"),
    route("home/", drives.Home.as_view(), role=Role.OWNER, name="home"),
    route("drives/", drives.Drives.as_view(), role=Role.MEMBER, name="drives"),
    route("drives/<slug:public_id>/", drives.DriveDetail.as_view(), role=Role.OWNER, name="drive"),
    route("drives/<slug:public_id>/submit/", drives.Submit.as_view(), role=Role.OWNER, name="submit"),
    route("drives/<slug:public_id>/footage/", drives.DriveFootage.as_view(), role=Role.OWNER, name="footage"),
    route("drives/<slug:public_id>/track/", drives.DriveTrack.as_view(), role=Role.OWNER, name="track"),
    route(
        "drives/<slug:public_id>/track/findings/",
        drives.TrackFindings.as_view(),
        role=Role.OWNER,
        name="track-findings",
    ),
    route(
        "drives/<slug:public_id>/cameras/", cameras.DriveCameras.as_view(), role=Role.OWNER, name="cameras"
    ),
    route(
        "drives/<slug:public_id>/cameras/<int:camera>/",
        cameras.DriveCamera.as_view(),
        role=Role.OWNER,
        name="camera",
    ),
    route("drives/<slug:public_id>/frames/", frames.DriveFrames.as_view(), role=Role.OWNER, name="frames"),
    route(
        "drives/<slug:public_id>/uploads/",
        drives.DriveUploads.as_view(),
        role=Role.OWNER,
        name="drive-uploads",
    ),
    route("footage/sent/", drives.SentFiles.as_view(), role=Role.MEMBER, name="sent-files"),
    route("uploads/", tus.Uploads.as_view(), role=Role.MEMBER, name="uploads"),
    route("uploads/<slug:public_id>/", tus.UploadInProgress.as_view(), role=Role.OWNER, name="upload"),
    route("search/photo/", search.SearchByPhoto.as_view(), role=Role.ANYONE, name="search-by-photo"),
    route("search/click/", search.SearchByClick.as_view(), role=Role.ANYONE, name="search-by-click"),
    route("search/thing/<slug:public_id>/", search.ThingInFrame.as_view(), role=Role.ANYONE, name="thing"),
    route("search/<slug:public_id>/", search.SearchAnswer.as_view(), role=Role.ANYONE, name="search"),
    route("schema/", SpectacularAPIView.as_view(), role=Role.ANYONE, name="schema"),
    route(
        "docs/",
        SpectacularSwaggerView.as_view(url_name="api:schema", http_method_names=["get", "head"]),
        role=Role.ANYONE,
        name="docs",
    ),
    route("<path:rest>/", not_found, role=Role.ANYONE, name="not-found"),
]
