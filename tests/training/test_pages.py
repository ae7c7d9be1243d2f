"""The page of training, that of a lesson, and the command."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from server.accounts.models import User
from server.jobs.models import Job
from server.jobs.services import cancel
from server.training.management.commands import train_scorer
from server.training.models import Lesson
from tests.labels.street import Shot, Street
from tests.training.night import label
from workers import jobs

pytestmark = pytest.mark.django_db
Taught = Callable[..., Lesson]


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("train_scorer", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_an_empty_site_says_what_to_do_first(staff: Client) -> None:
    text = staff.get("/training/").content.decode()
    assert "No lesson yet" in text
    assert "Only 0 frames have a mask that counts" in text


def test_the_button_asks_for_a_job_and_leads_there(five: list[Shot], staff: Client) -> None:
    answer = staff.post("/training/", {"start": "live"})
    job = Job.objects.get()
    assert answer.headers["Location"] == job.get_absolute_url()
    assert (job.title, len(job.asked["labels"])) == ("A scorer from 5 labels", 5)


def test_a_second_press_leads_to_the_job_that_is_at_work(five: list[Shot], staff: Client) -> None:
    first = staff.post("/training/", {"start": "live"})
    second = staff.post("/training/", {"start": "nothing"})
    assert second.headers["Location"] == first.headers["Location"]
    assert "One is at work." in staff.get("/training/").content.decode()


def test_a_refusal_is_a_sentence_on_the_page(street: Street, staff: Client) -> None:
    answer = staff.post("/training/", {"start": "live"}, follow=True)
    assert "draw masks on at least 3 frames first" in answer.content.decode()


def test_a_start_that_is_none_is_refused(staff: Client) -> None:
    assert staff.post("/training/", {"start": "elsewhere"}).status_code == 400


def test_a_lesson_shows_its_figures_and_the_desks_of_its_worst_frames(
    five: list[Shot], street: Street, staff: Client, taught: Taught
) -> None:
    lesson = taught()
    text = staff.get(lesson.get_absolute_url()).content.decode()
    assert lesson.scorer.hash in text
    assert f"{lesson.report['left_out']['average_precision']:.3f}" in text
    assert all(f"/labels/{street.frame(shot).public_id}/" in text for shot in five)
    assert text.count('class="curve-line"') == 2


def test_a_lesson_outlives_its_frames_and_its_job(five: list[Shot], staff: Client, taught: Taught) -> None:
    lesson = taught()
    Job.objects.all().delete()
    lesson.refresh_from_db()
    lesson.report["frames"][0]["frame"] = "nosuchframe"
    lesson.save()
    assert "This frame is gone" in staff.get(lesson.get_absolute_url()).content.decode()


def test_the_list_counts_what_is_new_since_the_last_lesson(
    five: list[Shot], night: list[Shot], street: Street, ada: User, staff: Client, taught: Taught
) -> None:
    taught()
    label(street, night[6], ada)
    text = staff.get("/training/").content.decode()
    assert "6 labels count" in text
    assert "1 is new since the last lesson" in text


def test_the_command_waits_and_says_what_came_of_it(
    five: list[Shot], staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_scorer.time, "sleep", lambda _: jobs.run_job(Job.objects.get().pk))
    said = command()
    assert "5 frames in 5 stretches of a drive" in said
    assert f"Scorer {Lesson.objects.get().scorer.hash}: average precision" in said


def test_the_command_refuses_with_the_same_sentence(street: Street) -> None:
    with pytest.raises(CommandError, match="draw masks on at least 3 frames first"):
        command()


def test_the_command_cancels(five: list[Shot]) -> None:
    with pytest.raises(CommandError, match="No training is at work"):
        command("--cancel")
    command("--no-wait", "--from-nothing")
    assert "cancelled" in command("--cancel")
    assert not cancel(Job.objects.get())
