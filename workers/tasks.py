"""What Celery calls. A message carries ids only; the work is in the pipeline."""

from __future__ import annotations

from celery import shared_task

from server.boards import services as boards
from server.competitions import services as competitions
from server.drives import runs
from server.drives.uploads import services as uploads
from server.jobs import services as asked_jobs
from server.labelling import services as labelling
from server.labels import drafts, elsewhere, presence
from server.labels.exchange import asking
from server.scorers import services as scorers
from server.search import services as searches
from workers import jobs, looking, pipeline, region_index
from workers.ranking import queue


@shared_task
def run_stage(stage_run_id: int) -> None:
    pipeline.run_stage(stage_run_id)


@shared_task
def run_score_part(stage_run_id: int) -> None:
    pipeline.run_stage(stage_run_id)


@shared_task
def look_for(search_id: int) -> None:
    looking.look_for(search_id)


@shared_task
def run_job(job_id: int) -> None:
    jobs.run_job(job_id)


@shared_task
def rank_queue(scorer_id: int) -> None:
    queue.rank(scorer_id)


@shared_task
def sweep() -> None:
    runs.sweep()
    asked_jobs.sweep()
    scorers.sweep()
    uploads.drop_expired()
    searches.sweep()
    boards.count_new_ways()
    competitions.forget_addresses()
    labelling.sweep()
    drafts.sweep()
    presence.sweep()
    asking.sweep()
    elsewhere.sweep()
    region_index.sweep()
