"""The queue as it is kept and shown: who is offered what, what leaves it, rounds, and reports of visitors."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from server.accounts.models import User
from server.drives.models import Drive
from server.frames.models import Frame, Scorer
from server.labelling.models import QueueEntry, Ranking, Reason
from server.labelling.queries import label_set, waiting_for
from server.labelling.reported import answer_reports, list_reported
from server.labelling.services import Chosen, claim_ranking, is_stale, want_ranking, write_ranking
from server.labels.models import Label
from server.labels.services import record_verdict
from server.trust.models import Report
from server.trust.services import close, file_report
from tests.server import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace() -> User:
    return make.make_user("grace@example.org", is_labeller=True)


@pytest.fixture
def client(grace: User) -> Client:
    client = Client()
    client.force_login(grace)
    return client


@pytest.fixture
def frames() -> list[Frame]:
    """Three of one drive and one of another, in the order of the queue."""
    drive = make.make_drive(title="Past my aunt's house")
    drives = [drive, drive, drive, make.make_drive()]
    return [
        make.give_picture(make.make_frame(of, at=make.NIGHT + timedelta(minutes=minute)))
        for minute, of in enumerate(drives)
    ]


@pytest.fixture
def queue(frames: list[Frame]) -> list[Frame]:
    reasons = (Reason.UNSURE, Reason.FLASH, Reason.UNSURE, Reason.CHANCE)
    rank([Chosen(frame.pk, reason, 0.5) for frame, reason in zip(frames, reasons, strict=True)])
    return frames


def rank(chosen: list[Chosen]) -> None:
    scorer = make.the_scorer()
    want_ranking(scorer)
    begun_at = claim_ranking(scorer.pk)
    assert begun_at
    assert write_ranking(scorer_id=scorer.pk, begun_at=begun_at, chosen=chosen, frames=len(chosen))


def shown(client: Client, words: str = "") -> list[str]:
    return [row.frame.public_id for row in client.get(f"/labels/{words}").context["page"]]


def names(frames: list[Frame]) -> list[str]:
    return [frame.public_id for frame in frames]


def test_the_page_lists_what_waits_in_order_with_its_reason(client: Client, queue: list[Frame]) -> None:
    assert shown(client) == names(queue)
    page = client.get("/labels/").content.decode()
    assert "A light that was not found again on the frames before and after." in page
    assert "aunt" not in page


def test_it_is_filtered_by_reason_and_by_drive(client: Client, queue: list[Frame]) -> None:
    assert shown(client, "?reason=unsure") == names([queue[0], queue[2]])
    assert shown(client, f"?drive={queue[3].drive.public_id}") == names(queue[3:])
    assert shown(client, "?reason=flash&drive=nosuchdrive") == []
    assert shown(client, "?reason=nonsense&page=x") == names(queue)


def test_a_further_reason_is_found_too(client: Client, frames: list[Frame]) -> None:
    rank([Chosen(frames[0].pk, Reason.UNLIKE, 0.5, {"festive": True}, also=("unsure",))])
    assert shown(client, "?reason=unsure") == names(frames[:1])


@pytest.mark.parametrize("how", ["a mask", "a word"])
def test_what_is_labelled_leaves_the_queue(client: Client, grace: User, queue: list[Frame], how: str) -> None:
    if how == "a mask":
        make.draw_label(queue[0], grace)
    else:
        record_verdict(frame=queue[0], author=grace, verdict=Label.Verdict.NOT_FESTIVE)
    assert shown(client) == names(queue[1:])
    assert client.get("/labels/").context["today"] == 1


def test_what_somebody_skipped_is_offered_to_others_and_to_them_when_they_ask(
    client: Client, queue: list[Frame]
) -> None:
    answer = client.post(f"/labels/{queue[0].public_id}/skip/")
    assert answer["Location"] == f"/labels/{queue[1].public_id}/?from=queue"
    assert shown(client) == names(queue[1:])
    assert waiting_for(make.make_staff()).count() == 4
    client.post("/labels/skipped/")
    assert shown(client) == names(queue)


def test_what_shows_a_hidden_house_is_offered_to_staff_alone(client: Client, queue: list[Frame]) -> None:
    make.see(make.make_house(hidden=True), queue[1])
    assert names([queue[0], *queue[2:]]) == shown(client)
    assert waiting_for(make.make_staff()).count() == 4


def test_the_queue_of_another_scorer_is_not_shown(client: Client, queue: list[Frame]) -> None:
    Scorer.objects.update(live=False)
    make.make_scorer(live=True)
    assert shown(client) == []
    assert "The queue is being made" in client.get("/labels/").content.decode()


def test_before_anything_is_scored_the_page_says_so(client: Client) -> None:
    assert "Nothing is scored yet" in client.get("/labels/").content.decode()


def test_the_set_is_counted_by_what_its_masks_say(frames: list[Frame]) -> None:
    make.draw_label(frames[0])
    make.draw_label(frames[3])
    record_verdict(frame=frames[1], author=make.make_staff(), verdict=Label.Verdict.FESTIVE)
    counted = label_set()
    assert (counted.frames, counted.drives, counted.positive, counted.negative) == (2, 2, 2, 0)
    assert counted.since_training == 2
    make.make_scorer()
    assert label_set().since_training == 0


def strip(client: Client, frame: Frame, words: str = "") -> str:
    return client.get(f"/labels/{frame.public_id}/{words}").content.decode()


def test_a_round_goes_from_frame_to_frame(client: Client, grace: User, queue: list[Frame]) -> None:
    assert client.post("/labels/start/")["Location"] == f"/labels/{queue[0].public_id}/?from=queue"
    assert "1 of 4" in strip(client, queue[0])
    make.draw_label(queue[0], grace)
    part = client.get(f"/labels/{queue[0].public_id}/next/").content.decode()
    assert f"/labels/{queue[1].public_id}/?from=queue" in part
    assert "labelled" in part
    assert "2 of 4" in strip(client, queue[1], "?from=queue")


def test_a_round_of_a_reason_stays_with_it(client: Client, queue: list[Frame]) -> None:
    client.post("/labels/start/", {"reason": "unsure"})
    page = strip(client, queue[0], "?from=queue&reason=unsure")
    assert "1 of 2" in page
    assert f"/labels/{queue[2].public_id}/?from=queue&amp;reason=unsure" in page


def test_a_frame_opened_from_the_list_begins_a_round_there(client: Client, queue: list[Frame]) -> None:
    page = strip(client, queue[2], "?from=queue")
    assert "1 of 2" in page
    assert queue[3].public_id in page


def test_a_round_passes_over_what_others_labelled_and_ends(client: Client, queue: list[Frame]) -> None:
    client.post("/labels/start/")
    for frame in queue[1:]:
        make.draw_label(frame)
    part = client.get(f"/labels/{queue[0].public_id}/next/").content.decode()
    assert "data-goes-on" not in part


def test_a_round_of_nothing_is_refused_with_a_sentence(client: Client) -> None:
    answer = client.post("/labels/start/", follow=True)
    assert "Nothing waits in this part" in answer.content.decode()


def test_a_frame_outside_of_the_queue_says_so_and_leads_to_it(client: Client, queue: list[Frame]) -> None:
    page = strip(client, make.give_picture(make.make_frame()))
    assert "This frame is not in the queue." in page
    assert f"/labels/{queue[0].public_id}/?from=queue" in page


def test_a_driver_sees_no_queue_on_the_own_frame(queue: list[Frame]) -> None:
    client = Client()
    client.force_login(queue[0].drive.driver)
    assert "data-queue-strip" not in strip(client, queue[0])


@pytest.fixture
def reported(queue: list[Frame]) -> Report:
    """Of a house that two frames show, minutes apart, and one beside the first."""
    house = make.make_ranked_house(0.2)
    Frame.objects.filter(sightings__house=house).update(captured_at=make.NIGHT - timedelta(hours=1))
    for frame in (queue[3], make.make_frame(at=queue[3].captured_at + timedelta(seconds=1))):
        make.give_picture(frame)
        make.see(house, frame, share=0.05)
    client = Client(REMOTE_ADDR="2001:db8:77::1")
    answer = client.post(f"/houses/{house.public_id}/report/", {"kind": "not_decoration"})
    return Report.objects.get(receipt=answer["Location"].split("/")[-2])


def test_a_report_of_a_visitor_puts_the_houses_frames_at_the_head(
    client: Client, reported: Report, queue: list[Frame]
) -> None:
    head = QueueEntry.objects.filter(reason=Reason.REPORTED)
    assert {entry.frame_id for entry in head} == set(reported.frames.values_list("pk", flat=True))
    assert reported.frames.count() == 2
    assert shown(client)[2:] == names(queue[:3])
    assert "A visitor says that these lights are no decoration." in client.get("/labels/").content.decode()


def test_labelling_all_its_frames_closes_the_report(grace: User, reported: Report) -> None:
    first, second = reported.frames.all()
    make.draw_label(first, grace)
    reported.refresh_from_db()
    assert reported.state == Report.State.OPEN
    record_verdict(frame=second, author=grace, verdict=Label.Verdict.NOT_FESTIVE)
    reported.refresh_from_db()
    assert (reported.state, reported.settled_at is not None) == (Report.State.LABELLED, True)
    receipt = Client().get(f"/reports/{reported.receipt}/").content.decode()
    assert "marked in them what is decoration" in receipt


def test_what_staff_settle_leaves_the_queue(client: Client, reported: Report, queue: list[Frame]) -> None:
    close(reported)
    assert shown(client) == names(queue[:3])
    assert is_stale(Ranking.objects.get())


def test_a_label_from_before_a_report_does_not_answer_it(queue: list[Frame]) -> None:
    house = make.make_ranked_house(0.2)
    make.draw_label(Frame.objects.get(sightings__house=house))
    report = file_report(house=house, kind=Report.Kind.NOT_DECORATION)
    assert answer_reports() == 0
    make.draw_label(report.frames.get())
    report.refresh_from_db()
    assert report.state == Report.State.LABELLED


def test_a_report_that_came_while_the_queue_was_made_stays_at_its_head(queue: list[Frame]) -> None:
    scorer = make.the_scorer()
    want_ranking(scorer)
    begun_at = claim_ranking(scorer.pk)
    assert begun_at
    house = make.make_ranked_house(0.2)
    make.see(house, queue[3], share=0.05)
    list_reported(file_report(house=house, kind=Report.Kind.NOT_DECORATION))
    head = set(QueueEntry.objects.filter(reason=Reason.REPORTED).values_list("frame_id", flat=True))
    chosen = [Chosen(frame.pk, Reason.UNSURE, 0.5) for frame in queue]
    assert write_ranking(scorer_id=scorer.pk, begun_at=begun_at, chosen=chosen, frames=4)
    entries = QueueEntry.objects.filter(reason=Reason.REPORTED)
    assert head
    assert set(entries.values_list("frame_id", flat=True)) == head
    assert QueueEntry.objects.count() == len({frame.pk for frame in queue} | head)


def test_other_reports_name_no_frames() -> None:
    report = file_report(house=make.make_ranked_house(0.2), kind=Report.Kind.WRONG_PLACE)
    assert not report.frames.exists()
    assert answer_reports() == 0


def test_one_worker_makes_the_queue_and_a_late_one_writes_nothing() -> None:
    scorer = make.the_scorer()
    want_ranking(scorer)
    begun_at = claim_ranking(scorer.pk)
    assert begun_at
    assert claim_ranking(scorer.pk) is None
    Ranking.objects.update(begun_at=timezone.now() - timedelta(hours=1))
    assert claim_ranking(scorer.pk)
    assert not write_ranking(scorer_id=scorer.pk, begun_at=begun_at, chosen=[], frames=0)


def test_a_queue_that_nobody_wants_anew_is_not_made_again(queue: list[Frame]) -> None:
    assert claim_ranking(make.the_scorer().pk) is None


def test_the_queue_is_stale_after_a_drive_and_after_twenty_labels(queue: list[Frame]) -> None:
    ranking = Ranking.objects.get()
    assert not is_stale(ranking)
    staff = make.make_staff()
    for _ in range(20):
        record_verdict(frame=queue[0], author=staff, verdict=Label.Verdict.FESTIVE)
    assert is_stale(ranking)
    Label.objects.all().delete()
    Drive.objects.update(finished_at=timezone.now())
    assert is_stale(ranking)


@pytest.mark.parametrize("path", ["/houses/HOUSE/", "/leaderboard/", "/frames/", "/houses/HOUSE/card/"])
def test_the_way_to_the_desk_is_shown_to_labellers_only(client: Client, path: str) -> None:
    house = make.make_ranked_house(0.2, street=make.make_street())
    make.publish_map()
    frame = Frame.objects.get(sightings__house=house)
    Drive.objects.update(stage="done")
    driver = Client()
    driver.force_login(frame.drive.driver)
    address = path.replace("HOUSE", house.public_id)
    link = f'button-small" href="/labels/{frame.public_id}/"'
    assert link not in driver.get(address).content.decode()
    assert link not in Client().get(address, follow=True).content.decode()
    staff = Client()
    staff.force_login(make.make_staff())
    assert link in staff.get(address).content.decode()
