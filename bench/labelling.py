"""How long does a labeller wait for the mask? Three of them click at once in Chromium, on this machine's cores.

    ./festivity run python -m bench.labelling [--clicks 60]

A rendered drive is scored and kept on a scratch site. Three people open a frame each and click and turn the threshold at a hand's
pace; every fourth click says "not this". Times run from the event to the end of the first frame that shows the painted mask.

- `click_p95_ms`, `click_median_ms`: from a click to its mask, of all three; `slider_p95_ms`: from a turn of the threshold.
- `phone_click_p95_ms`, `phone_slider_p95_ms`: one person on a phone whose processor is slowed down four times.
- `features_bytes`: what a frame's patches weigh on their way, the most of all frames; `requests`: what all clicks asked of
  the site. `same_pixels`: of the masks as painted and as kept, the least share of pixels that are the same.
- `load`: how many processes wanted a core in the minute before: above the number of cores, times are not the page's.

What `bench.labelling_scorer` measures of training and shadow scoring comes beside it. The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from bench.site import CHECKOUT, scratch_site

LABELLERS = 3
CLICKS = 60
CLICKS_A_MASK = 12
PAUSE_S = (0.25, 0.5)
SLOWER = 4
SCORER_BENCH = "bench.labelling_scorer"

WATCH = """() => {
  const times = { click: [], slider: [] };
  let waiting = [];
  window.taken = times;
  window.restart = () => { times.click = []; times.slider = []; };
  const await_mask = (kind, event) => waiting.push([kind, event.timeStamp]);
  addEventListener('pointerup', (event) => { if (event.target.closest?.('[data-pane]')) await_mask('click', event); }, true);
  addEventListener('input', (event) => { if (event.target.name === 'threshold') await_mask('slider', event); }, true);
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    put.apply(this, given);
    if (!('mask' in this.canvas.dataset) || waiting.length === 0) return;
    const answered = waiting;
    waiting = [];
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => answered.forEach(([kind, at]) => times[kind].push(performance.now() - at));
    requestAnimationFrame(() => port2.postMessage(null));
  };
}"""
PAINTED = """() => {
  const mask = document.querySelector('[data-mask]');
  const pen = new OffscreenCanvas(mask.width, mask.height).getContext('2d', { willReadFrequently: true });
  pen.drawImage(mask, 0, 0);
  const { data } = pen.getImageData(0, 0, mask.width, mask.height);
  let text = '';
  for (let at = 3; at < data.length; at += 4) text += data[at] > 0 ? '1' : '0';
  return text;
}"""


@dataclass(frozen=True)
class Task:
    """A frame to label: its address, places (n, 2) on lit patches, and the session of whoever labels it."""

    frame: Any
    places: np.ndarray
    session: str


@dataclass
class Told:
    """What one labeller measured."""

    click_ms: list[float]
    slider_ms: list[float]
    requests: int
    same_pixels: float


def main() -> None:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--clicks", type=int, default=CLICKS)
    print(json.dumps(measure(reader.parse_args().clicks)))


def measure(clicks: int = CLICKS) -> dict[str, Any]:
    found = measure_canvas(clicks)
    if importlib.util.find_spec(SCORER_BENCH):
        found |= importlib.import_module(SCORER_BENCH).measure()
    return found


def measure_canvas(clicks: int) -> dict[str, Any]:
    load = os.getloadavg()[0]
    with labelling_site() as (address, tasks, features_bytes):
        together, phone = asyncio.run(labelled(address, tasks, clicks))
    all_clicks = [ms for one in together for ms in one.click_ms]
    return {
        "click_p95_ms": percentile(all_clicks, 95),
        "click_median_ms": percentile(all_clicks, 50),
        "slider_p95_ms": percentile([ms for one in together for ms in one.slider_ms], 95),
        "phone_click_p95_ms": percentile(phone.click_ms, 95),
        "phone_click_median_ms": percentile(phone.click_ms, 50),
        "phone_slider_p95_ms": percentile(phone.slider_ms, 95),
        "features_bytes": features_bytes,
        "requests": sum(one.requests for one in together),
        "same_pixels": round(min(one.same_pixels for one in [*together, phone]), 6),
        "clicks": len(all_clicks),
        "load": round(load, 1),
    }


def percentile(times: list[float], share: int) -> float:
    return round(float(np.percentile(times, share)), 1)


@contextmanager
def labelling_site() -> Iterator[tuple[str, list[Task], int]]:
    """The site's address, what there is to label, and the most bytes that a frame's patches travel in."""
    with scratch_site() as site:
        from bench.first_visit import served

        tasks, features_bytes = made_tasks()
        site.environment |= {"FESTIVITY_DEBUG": "0", "FESTIVITY_HOSTS": "*", "FESTIVITY_DB_POOL": "0"}
        manage = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
        subprocess.run(manage, cwd=CHECKOUT, env=site.environment, check=True)
        with served(site.environment) as address:
            yield address, tasks, features_bytes


def made_tasks() -> tuple[list[Task], int]:
    """The most festive frames of a rendered drive, one for each labeller and one for the phone."""
    from ml.scorer import load_scorer
    from server.labels.patches.kept import read_patches
    from server.labels.patches.travelling import travelling
    from tests.labels.street import driven_street, taken_shots

    network = load_scorer(threads=1)
    with tempfile.TemporaryDirectory() as folder:
        shots = taken_shots(Path(folder), network)
    street = driven_street(shots, network)
    rows = [street.frame(shot).patch_features.get() for shot in shots]
    sizes = [len(travelling(read_patches(row, street.scorer))) for row in rows]
    chosen = sorted(shots, key=lambda shot: -shot.scored.festivity)[: LABELLERS + 1]
    return [Task(street.frame(shot), lit_places(shot), session_of(n)) for n, shot in enumerate(chosen)], max(
        sizes
    )


def lit_places(shot: Any) -> np.ndarray:
    """(n, 2): x, y of patches that are lit, festive ones and others."""
    from ml.truth import coverage

    rows, columns = shot.scored.festivity_map.shape
    found = np.argwhere(coverage(shot.picture.max(axis=2) > 60, rows, columns) > 0.3)
    return (found[:, ::-1] + 0.5) / (columns, rows)


def session_of(number: int) -> str:
    from django.test import Client

    from tests.server.factories import make_staff

    client = Client()
    client.force_login(make_staff(email=f"labeller-{number}@example.org"))
    return client.cookies["sessionid"].value


async def labelled(address: str, tasks: list[Task], clicks: int) -> tuple[list[Told], Told]:
    """What the labellers tell who work at once, and then the one with a phone."""
    from playwright.async_api import async_playwright

    from tests.browser.chromium import FLAGS, find_chromium

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        pages = [await opened(browser, address, task) for task in tasks[:LABELLERS]]
        together = await asyncio.gather(*(label(page, task, clicks) for page, task in pages))
        for page, _ in pages:
            await page.context.close()
        page, task = await opened(browser, address, tasks[LABELLERS], on_phone=True)
        phone = await label(page, task, clicks, on_phone=True)
        await browser.close()
    return list(together), phone


async def opened(browser: Any, address: str, task: Task, on_phone: bool = False) -> tuple[Any, Task]:
    from tests.browser.chromium import SIZES

    size = SIZES["phone" if on_phone else "desktop"]
    context = await browser.new_context(viewport=size, has_touch=on_phone)
    await context.add_cookies([{"name": "sessionid", "value": task.session, "url": address}])
    page = await context.new_page()
    await page.add_init_script(f"({WATCH})()")
    if on_phone:
        session = await context.new_cdp_session(page)
        await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.goto(f"{address}/labels/{task.frame.public_id}/")
    await page.wait_for_load_state("networkidle")
    return page, task


async def label(page: Any, task: Task, clicks: int, on_phone: bool = False) -> Told:
    rng = np.random.default_rng(task.frame.pk)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    await page.keyboard.press("p")
    for number in range(clicks):
        if number % CLICKS_A_MASK == 0:
            await page.keyboard.press("c")
        await point(page, task.places[rng.integers(len(task.places))], number % 4 == 3, on_phone)
        await asyncio.sleep(rng.uniform(*PAUSE_S))
    requests = len(asked)
    await turn(page, rng, clicks // 4)
    same = await same_pixels(page)
    taken = await page.evaluate("window.taken")
    return Told(taken["click"], taken["slider"], requests, same)


async def point(page: Any, place: np.ndarray, is_minus: bool, on_phone: bool) -> None:
    box = await page.locator("[data-pane=drawing] [data-world]").bounding_box()
    x, y = box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"]
    if on_phone:
        await page.keyboard.press("m" if is_minus else "p")
        await page.touchscreen.tap(x, y)
    else:
        await page.mouse.click(x, y, button="right" if is_minus else "left")


async def turn(page: Any, rng: np.random.Generator, turns: int) -> None:
    """The threshold's slider, pulled to and fro."""
    slider = page.locator("[name=threshold]")
    await slider.scroll_into_view_if_needed()
    box = await slider.bounding_box()
    y = box["y"] + box["height"] / 2
    places = [box["x"] + box["width"] * share for share in rng.uniform(0.55, 0.8, turns + 1)]
    await page.mouse.move(places[0], y)
    await page.mouse.down()
    for start, end in pairwise(places):
        for step in np.linspace(start, end, 6):
            await page.mouse.move(float(step), y)
            await asyncio.sleep(0.02)
    await page.mouse.up()


async def same_pixels(page: Any) -> float:
    """Of a mask by a few + clicks, the share of pixels that are painted as they are kept."""
    await page.locator("[name=threshold]").fill("0.3")
    await page.wait_for_selector("[data-mask][data-exact=true]")
    painted = np.frombuffer((await page.evaluate(PAINTED)).encode(), np.uint8) == ord("1")
    async with page.expect_response("**/labels/") as answered:
        await page.keyboard.press("s")
    response = await answered.value
    if response.status != 201:
        raise SystemExit(f"A mask was refused: {await response.text()}")
    kept = await asyncio.to_thread(kept_mask, (await response.json())["id"])
    return float((kept.ravel() == painted).mean())


def kept_mask(label: int) -> np.ndarray:
    from django.db import connection

    from server.labels.models import Label
    from server.labels.pictures import unpacked

    try:
        return unpacked(bytes(Label.objects.get(pk=label).mask or b""))
    finally:
        connection.close()


if __name__ == "__main__":
    main()
