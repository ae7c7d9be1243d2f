from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.formats import date_format
from django.utils.http import quote_etag
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, NotFound, ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from server.core.permissions import MayLabel
from server.frames.models import Frame, FrameQuerySet, Scorer
from server.frames.queries import frames_readable_by, live_scorer
from server.labels.drafts import drop_draft
from server.labels.drawing import Drawing
from server.labels.models import Label
from server.labels.painting import painted
from server.labels.patches.kept import NotKept, backbone_sha256, patches_of
from server.labels.patches.masks import CannotDraw, mask_of, nowhere
from server.labels.patches.travelling import travelling
from server.labels.pictures import Mask, NoPicture, mask_overlay, picture_of
from server.labels.queries import (
    MOST_CARRIED,
    Proposal,
    carriable,
    looked_at,
    newest_drawn,
    newest_label,
    proposals,
)
from server.labels.serializers import (
    AcceptSerializer,
    CarriedSerializer,
    CarrySerializer,
    DrawingSerializer,
    DrawnSerializer,
    drawing_from,
    said,
)
from server.labels.services import Origin, record_mask, record_verdict


class LabelSerializer(serializers.ModelSerializer[Label]):
    frame = serializers.CharField(source="frame.public_id", read_only=True)

    class Meta:
        model = Label
        fields = ("frame", "verdict", "created_at")
        read_only_fields = ("created_at",)


class Verdict(APIView):
    """Says of a frame as a whole whether it is festive. The newest word counts; the houses it shows are scored anew."""

    permission_classes = (MayLabel,)

    @extend_schema(request=LabelSerializer, responses={201: LabelSerializer})
    def post(self, request: Request, public_id: str) -> Response:
        frame = frame_for(request, public_id)
        said = LabelSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        label = record_verdict(frame=frame, author=author_of(request), verdict=said.validated_data["verdict"])
        return Response(LabelSerializer(label).data, status=status.HTTP_201_CREATED)


class Features(APIView):
    """What was kept of the frame's patches, for the browser to answer clicks with; see server/labels/patches/travelling.py."""

    permission_classes = (MayLabel,)

    @extend_schema(responses={(200, "application/octet-stream"): bytes})
    def get(self, request: Request, public_id: str) -> HttpResponse:
        frame = frame_for(request, public_id)
        with in_sentences():
            content = travelling(patches_of(frame, live_scorer()))
        etag = quote_etag(hashlib.sha256(content).hexdigest()[:20])
        fresh = HttpResponse(content, "application/octet-stream")
        response = get_conditional_response(request, etag) or fresh
        response["ETag"] = etag
        patch_cache_control(response, private=True, no_cache=True)
        return response


class FrameLabels(APIView):
    """The labels of a frame, the newest first. POST keeps a drawn mask as the newest; older ones stay."""

    permission_classes = (MayLabel,)

    @extend_schema(responses=DrawnSerializer(many=True))
    def get(self, request: Request, public_id: str) -> Response:
        frame = frame_for(request, public_id)
        return Response(DrawnSerializer(frame.labels.select_related("frame"), many=True).data)

    @extend_schema(request=DrawingSerializer, responses={201: DrawnSerializer})
    def post(self, request: Request, public_id: str) -> Response:
        frame, scorer = frame_for(request, public_id), live_scorer()
        words = said(DrawingSerializer(data=request.data))
        drawing, before = drawing_from(words), newest_label(frame)
        with in_sentences():
            mask = drawn(frame, drawing, scorer)
        label = record_mask(
            frame=frame, author=author_of(request), drawing=drawing, mask=mask, origin=origin_of(scorer)
        )
        drop_draft(frame, author_of(request))
        answer = {**DrawnSerializer(label).data, "overtaken": overtaken(before, words, request)}
        return Response(answer, status=status.HTTP_201_CREATED)


class Carry(APIView):
    """What the frame's label would be in the next frames of the same camera, for a person to accept or not."""

    permission_classes = (MayLabel,)

    @extend_schema(parameters=[CarrySerializer], responses=CarriedSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        frame = frame_for(request, public_id)
        most = said(CarrySerializer(data=request.query_params))["frames"]
        label = newest_drawn(frame)
        if label is None:
            raise ParseError(_("Draw a mask on this frame and save it first; then it can be carried on."))
        with in_sentences():
            found = proposals(label, most, readable_by(request))
        return Response({"carried_from": label.pk, "proposals": [in_words(proposal) for proposal in found]})


class Accept(APIView):
    """Keeps the mask that another frame's label has here as a label of this frame, marked as carried from it."""

    permission_classes = (MayLabel,)

    @extend_schema(request=AcceptSerializer, responses={201: DrawnSerializer})
    def post(self, request: Request, public_id: str) -> Response:
        frame = frame_for(request, public_id)
        readable = readable_by(request)
        labels = Label.objects.standing().filter(frame__in=readable)
        label = get_object_or_404(labels, pk=said(AcceptSerializer(data=request.data))["carried_from"])
        with in_sentences():
            mask, drawing = accepted(label, frame, readable)
        origin = origin_of(live_scorer(), carried_from=label)
        kept = record_mask(frame=frame, author=author_of(request), drawing=drawing, mask=mask, origin=origin)
        return Response(DrawnSerializer(kept).data, status=status.HTTP_201_CREATED)


class Missing(APIException):
    """What labelling needs is not there: features, or the picture."""

    status_code = status.HTTP_409_CONFLICT


@contextmanager
def in_sentences() -> Iterator[None]:
    try:
        yield
    except CannotDraw as refusal:
        raise ParseError(str(refusal)) from refusal
    except (NotKept, NoPicture) as missing:
        raise Missing(str(missing)) from missing


def drawn(frame: Frame, drawing: Drawing, scorer: Scorer | None) -> Mask:
    """The mask of a drawing; where there are no marks, no features are needed. Raises as `mask_of`, and NoPicture.

    Raises CannotDraw where what was drawn leaves nothing, for that would say that nothing here is festive.
    """
    if drawing.is_empty:
        return nowhere(picture_of(frame))
    begun = mask_of(looked_at(frame, scorer), drawing) if drawing.marks else nowhere(picture_of(frame))
    mask = painted(begun, drawing.strokes)
    if not mask.any():
        raise CannotDraw(
            _("This mask covers nothing. If nothing here is festive, say so with the button for it.")
        )
    return mask


def accepted(label: Label, frame: Frame, readable: FrameQuerySet) -> tuple[Mask, Drawing]:
    """The label's mask in a frame after its own. Raises Http404 where it is none of the next, CannotDraw for an empty one."""
    drawing = carriable(label)
    found = proposals(label, MOST_CARRIED, readable, until=frame)
    if not found:
        raise Http404
    if found[-1].carried is None:
        raise NotKept(found[-1].trouble)
    if not found[-1].carried.mask.any():
        raise CannotDraw(_("Nothing of the mask was found in this frame; open it and label it by itself."))
    return found[-1].carried.mask, unmarked(drawing)


def unmarked(drawing: Drawing) -> Drawing:
    """The same manner without its marks and strokes, which lie on another frame."""
    return Drawing((), drawing.threshold, drawing.smoothing, drawing.edge, drawing.layer)


def overtaken(before: Label | None, words: dict[str, Any], request: Request) -> str:
    """A sentence where the newest label was not yet there when drawing began. Staff are told whose it is."""
    if before is None or "based_on" not in words or words["based_on"] == before.pk:
        return ""
    if not request.user.is_staff:
        return _(
            "Somebody labelled this frame while you were drawing. Yours is the newest now; theirs is kept."
        )
    sentence = _(
        "%(who)s labelled this frame while you were drawing. Yours is the newest now; theirs is kept."
    )
    return sentence % {"who": before.author}


def frame_for(request: Request, public_id: str) -> Frame:
    """The frame, for those who may look into it. Raises NotFound with a sentence."""
    frame = readable_by(request).filter(public_id=public_id).first()
    if frame is None:
        raise NotFound(_("This frame is no longer there: it was deleted, or its drive was."))
    return frame


def readable_by(request: Request) -> FrameQuerySet:
    return frames_readable_by(author_of(request))


def origin_of(scorer: Scorer | None, carried_from: Label | None = None) -> Origin:
    return Origin(scorer, backbone_sha256(scorer) if scorer else "", carried_from)


def in_words(proposal: Proposal) -> dict[str, Any]:
    frame, carried = proposal.frame, proposal.carried
    addresses = {
        "picture": reverse("frames:picture", args=[frame.public_id]),
        "inspect": reverse("labels:inspect", args=[frame.public_id]),
        "accept": reverse("api:accept", args=[frame.public_id]),
    }
    return {
        "frame": frame.public_id,
        "at": date_format(localtime(frame.captured_at), "H:i:s"),
        **addresses,
        "labelled": frame.labels.standing().exists(),
        "found": bool(carried and carried.found),
        "share": float(carried.mask.mean()) if carried else 0.0,
        "overlay": address_of(carried.mask) if carried else "",
        "trouble": proposal.trouble,
    }


def address_of(mask: Mask) -> str:
    return "data:image/png;base64," + b64encode(mask_overlay(mask)).decode()


def author_of(request: Request) -> Any:
    return request.user
