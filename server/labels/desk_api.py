"""What the open page of a frame tells the site while somebody draws: the draft, and that they are there."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, NotFound, ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from server.core.permissions import MayLabel
from server.frames.models import Frame
from server.frames.queries import frames_readable_by
from server.labels.drafts import (
    MOST_BYTES,
    ChangedElsewhere,
    clock,
    draft_in_words,
    draft_of,
    drop_draft,
    keep_draft,
)
from server.labels.models import Draft, Label
from server.labels.presence import arrive, leave, name_of, present_on
from server.labels.queries import newest_label
from server.labels.serializers import DrawingSerializer, said


class KeptSerializer(serializers.Serializer[Any]):
    drawing = serializers.DictField(allow_null=True, help_text="Null where no draft is kept.")
    based_on = serializers.IntegerField(allow_null=True)
    known_at = serializers.CharField(help_text="Send it with the next drawing; empty where no draft is kept.")
    at = serializers.CharField(help_text="When it was kept, in the place's zone.")


class KeepSerializer(serializers.Serializer[Any]):
    drawing = serializers.DictField()
    based_on = serializers.IntegerField(required=False, allow_null=True)
    known_at = serializers.DateTimeField(required=False, allow_null=True)


class SignSerializer(serializers.Serializer[Any]):
    left = serializers.BooleanField(default=False, help_text="The page is being closed.")


class PersonSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    since = serializers.CharField(help_text="Since when, in the place's zone.")


class SavedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    author = serializers.CharField()
    mine = serializers.BooleanField()
    at = serializers.CharField()


class TogetherSerializer(serializers.Serializer[Any]):
    others = PersonSerializer(many=True)
    newest = SavedSerializer(allow_null=True, help_text="The label that counts.")


class DraftOfFrame(APIView):
    """The drawing that its author has not saved as a label yet. It waits 30 days, on any device."""

    permission_classes = (MayLabel,)

    @extend_schema(responses=KeptSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        return Response(draft_in_words(draft_of(frame_of(request, public_id), author_of(request))))

    @extend_schema(request=KeepSerializer, responses=KeptSerializer)
    def put(self, request: Request, public_id: str) -> Response:
        frame = frame_of(request, public_id)
        words = said(KeepSerializer(data=request.data))
        said(DrawingSerializer(data=words["drawing"]))
        if len(json.dumps(words["drawing"])) > MOST_BYTES:
            raise ParseError(_("This drawing is too large to be kept. Save it as a label."))
        try:
            draft = keep_draft(
                frame=frame,
                author=author_of(request),
                drawing=words["drawing"],
                based_on=words.get("based_on"),
                known_at=words.get("known_at"),
            )
        except ChangedElsewhere as changed:
            raise Elsewhere(changed.draft) from changed
        return Response(draft_in_words(draft))

    @extend_schema(responses=KeptSerializer)
    def delete(self, request: Request, public_id: str) -> Response:
        drop_draft(frame_of(request, public_id), author_of(request))
        return Response(draft_in_words(None))


class Present(APIView):
    """A sign of the open page, every 20 seconds; the answer tells who else is there and which label counts."""

    permission_classes = (MayLabel,)

    @extend_schema(request=SignSerializer, responses=TogetherSerializer)
    def post(self, request: Request, public_id: str) -> Response:
        frame, person = frame_of(request, public_id), author_of(request)
        if said(SignSerializer(data=request.data))["left"]:
            leave(frame, person)
        else:
            arrive(frame, person)
        return Response(together(frame, person))

    @extend_schema(responses=TogetherSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        return Response(together(frame_of(request, public_id), author_of(request)))


class Elsewhere(APIException):
    status_code = status.HTTP_409_CONFLICT

    def __init__(self, draft: Draft) -> None:
        sentence = _("This drawing was changed on another page or device at %(at)s.")
        super().__init__(sentence % {"at": clock(draft.updated_at)})


def frame_of(request: Request, public_id: str) -> Frame:
    """Raises NotFound."""
    frame = frames_readable_by(author_of(request)).filter(public_id=public_id).first()
    if frame is None:
        raise NotFound(_("This frame is no longer here; it or its drive was deleted."))
    return frame


def together(frame: Frame, person: Any) -> dict[str, Any]:
    others = present_on([frame], besides=person).get(frame.pk, [])
    newest = newest_label(frame)
    return {
        "others": [{"name": other.name, "since": clock(other.since)} for other in others],
        "newest": newest and saved(newest, person),
    }


def saved(label: Label, person: Any) -> dict[str, Any]:
    mine = label.author_id == person.pk
    return {
        "id": label.pk,
        "author": name_of(label.author, person),
        "mine": mine,
        "at": clock(label.created_at),
    }


def author_of(request: Request) -> Any:
    return request.user
