"""A city for measurements, made by SQL: houses with scores, neighbourhoods, and drives with their frames."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Any

from django.db import connection

CENTRE = (-117.1, 32.9)
HOUSES_PER_KM2 = 143
KM_PER_DEGREE = 111.2
FRAMES_PER_DRIVE = 5000
NEIGHBOURHOODS_ACROSS = 12


@dataclass(frozen=True)
class City:
    """A square with so many houses that a tile of zoom 14 shows 600. `west`, `south`, `east`, `north` in degrees."""

    houses: int
    frames: int

    @property
    def half_degrees(self) -> tuple[float, float]:
        half_km = (self.houses / HOUSES_PER_KM2) ** 0.5 / 2
        return half_km / KM_PER_DEGREE / cos(radians(CENTRE[1])), half_km / KM_PER_DEGREE

    @property
    def box(self) -> tuple[float, float, float, float]:
        wide, high = self.half_degrees
        return CENTRE[0] - wide, CENTRE[1] - high, CENTRE[0] + wide, CENTRE[1] + high


def build(city: City) -> tuple[Any, Any]:
    """Fills an empty database; the scorer and the season. Needs a role that may switch triggers off, for speed."""
    from server.accounts.models import User
    from server.frames.services import ensure_scorer
    from server.houses.models import Season

    card = {"points": {"scale": 0.08}, "class_limits": {"some": 0.01, "many": 0.05, "most": 0.15}}
    scorer = ensure_scorer(scorer_hash="bench", backbone="none", head="none", card=card)
    season = Season.objects.create(name="2026", starts_on="2026-11-01", ends_on="2027-01-15")
    driver = User.objects.create(email="bench@localhost")
    west, south, east, north = city.box
    inputs = {
        "west": west, "south": south, "wide": east - west, "high": north - south, "scorer": scorer.pk,
        "season": season.pk, "driver": driver.pk, "houses": city.houses, "frames_each": FRAMES_PER_DRIVE,
        "drives": max(1, city.frames // FRAMES_PER_DRIVE), "hoods": NEIGHBOURHOODS_ACROSS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        drop_index_of_positions(cursor)
        for statement in (NEIGHBOURHOODS, HOUSES, DRIVES, FRAMES, SCORES):
            cursor.execute(statement, inputs)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
    return scorer, Season.objects.get(pk=season.pk)


def drop_index_of_positions(cursor: Any) -> None:
    """No tile reads it, and a million entries take longer to make than all else."""
    cursor.execute(
        "SELECT indexname FROM pg_indexes WHERE tablename = 'frames_frame' AND indexdef LIKE '%gist%'"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP INDEX "{name}"')


NEIGHBOURHOODS = """
INSERT INTO houses_neighbourhood (id, name, slug, boundary, credit)
OVERRIDING SYSTEM VALUE
SELECT
    column_number * %(hoods)s + row_number + 1, 'Quarter ' || column_number || '.' || row_number,
    'quarter-' || column_number || '-' || row_number,
    ST_Multi(ST_MakeEnvelope(
        %(west)s + column_number * %(wide)s / %(hoods)s, %(south)s + row_number * %(high)s / %(hoods)s,
        %(west)s + (column_number + 1) * %(wide)s / %(hoods)s, %(south)s + (row_number + 1) * %(high)s / %(hoods)s, 4326
    ))::geography,
    ''
FROM generate_series(0, %(hoods)s - 1) column_number, generate_series(0, %(hoods)s - 1) row_number
"""
HOUSES = """
WITH place AS (
    SELECT n, random() AS across, random() AS up FROM generate_series(1, %(houses)s) n
),
house AS (
    INSERT INTO houses_house
        (public_id, position, facing_deg, synthetic, hidden, created_at, neighbourhood_id)
    SELECT
        substr(md5(n::text), 1, 10),
        ST_MakePoint(%(west)s + %(wide)s * across, %(south)s + %(high)s * up)::geography, 0, true, false, now(),
        floor(across * %(hoods)s) * %(hoods)s + floor(up * %(hoods)s) + 1
    FROM place
    RETURNING id
)
INSERT INTO houses_housescore (house_id, scorer_id, season_id, festivity, frames, updated_at)
SELECT id, %(scorer)s, %(season)s, 0.01 + random() ^ 3 * 0.3, 3, now() FROM house
"""
DRIVES = """
WITH drive AS (
    INSERT INTO drives_drive
        (public_id, driver_id, title, synthetic, stage, failure, scorer_hash, created_at, keep_originals, time_zone)
    SELECT 'drive' || n, %(driver)s, 'Drive ' || n, true, 'done', '', 'bench', now(), false, ''
    FROM generate_series(1, %(drives)s) n
    RETURNING id
),
camera AS (
    INSERT INTO drives_camera
        (drive_id, side, mount_angle_deg, field_of_view_deg, clock_offset_ms, clock_candidates, clock_by, key, name, side_by)
    SELECT id, 'right', 90, 67, 0, '[]', '', 'right', '', '' FROM drive
    RETURNING id, drive_id
)
INSERT INTO drives_footage
    (public_id, drive_id, camera_id, kind, name, side_hint, file, size_bytes, sha256, state, reason, detail, attempts,
    received_at, near_home, chapter, panorama, device, folder, recording, clock)
SELECT
    'footage' || drive_id, drive_id, id, 'photo', 'bench.jpg', '', 'bench.jpg', 1, '', 'accepted', '', '', 0, now(),
    false, 0, false, '', '', '', ''
FROM camera
"""
FRAMES = """
INSERT INTO frames_frame
    (public_id, drive_id, camera_id, footage_id, at_ms, view, part, device_at, captured_at, position, width, height,
    still, picture, thumbnail, poisoned, not_festive, attempts)
SELECT
    to_hex(footage.drive_id) || '.' || n, footage.drive_id, footage.camera_id, footage.id, n, 0, 0, at, at,
    ST_MakePoint(
        %(west)s + %(wide)s * ((n %% 500) / 500.0 * 0.2 + start_across * 0.8),
        %(south)s + %(high)s * ((n / 500) / 10.0 * 0.02 + start_up * 0.98)
    )::geography,
    800, 450, '', '', '', false, false, 0
FROM (
    SELECT *, ('x' || left(md5(id::text), 4))::bit(16)::int / 65536.0 AS start_across,
        ('x' || right(md5(id::text), 4))::bit(16)::int / 65536.0 AS start_up
    FROM drives_footage
) footage
CROSS JOIN generate_series(0, %(frames_each)s - 1) n
CROSS JOIN LATERAL (SELECT timestamptz '2026-12-05 20:00Z' + make_interval(secs => n) AS at) moment
"""
SCORES = """
INSERT INTO frames_framescore (frame_id, scorer_id, festivity, map_rows, map_columns, map_bytes, cls_vector)
SELECT id, %(scorer)s, 0.01, 1, 1, '\\x00', '\\x00' FROM frames_frame
"""
