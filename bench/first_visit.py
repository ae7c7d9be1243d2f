"""How long a first visitor waits for the map, how much is sent to them, and how smoothly a full map moves.

`./festivity run python -m bench.first_visit` starts the site on a scratch database with 5,000 houses, opens its map in Chromium
with an empty cache, a processor slowed down four times and a line of 1.6 Mbit/s (150 ms), and prints one line of JSON:

- `usable_s`: until the houses are drawn and the list can be used; the middle of several visits.
- `kilobytes`: what was sent for that, without photos, in `requests`.
- `pan_fps`: frames a second while the map is dragged with `houses_in_view` houses in view, on the slowed-down processor;
  `pan_worst_ms` is the longest frame of it. Without a graphics processor Chromium draws with the same cores.
- `load`: how many processes wanted a core of this machine in the minute before: above its cores, times are not the site's.

`--site ADDRESS` measures a site that runs already.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bench.site import CHECKOUT, scratch_site

HOUSES = 5000
VISITS = 3
SLOWER = 4
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
PHOTOS = ("/picture.jpg", "/thumbnail.jpg")
SPREAD_DEG = 0.05
HOME = (-117.1, 32.9)

WATCH = """() => {
  window.usableMs = new Promise((done) => {
    const look = () => {
      const canvas = document.querySelector('.leaflet-lights-pane canvas');
      const context = canvas?.width && canvas.getContext('2d');
      const drawn = context && context.getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean);
      if (drawn && document.querySelector('#list .house, #list .empty')) done(performance.now());
      else setTimeout(look, 50);
    };
    look();
  });
}"""
FRAMES = """async ({ px, steps }) => {
  const place = document.getElementById('map').getBoundingClientRect();
  const at = { x: place.x + place.width / 2, y: place.y + place.height / 2 };
  const fire = (name, x) => {
    const target = name === 'mousedown' ? document.elementFromPoint(at.x, at.y) : document;
    const where = { clientX: x, clientY: at.y, button: 0, buttons: 1 };
    target.dispatchEvent(new MouseEvent(name, { bubbles: true, cancelable: true, view: window, ...where }));
  };
  const frame = () => new Promise((done) => { requestAnimationFrame(done); });
  const taken = [];
  fire('mousedown', at.x);
  let before = await frame();
  for (let step = 1; step <= steps; step += 1) {
    fire('mousemove', at.x + Math.sin(step / 12) * px);
    const now = await frame();
    taken.push(now - before);
    before = now;
  }
  fire('mouseup', at.x);
  for (let rest = 0; rest < 20; rest += 1) {
    const now = await frame();
    taken.push(now - before);
    before = now;
  }
  return taken;
}"""


def main() -> None:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--site", help="address of a site that runs; without it a scratch one is started")
    asked = reader.parse_args()
    if asked.site:
        print(json.dumps(measure(asked.site)))
        return
    with full_site() as address:
        print(json.dumps(measure(address)))


def measure(address: str) -> dict[str, float]:
    from tests.browser.chromium import open_chromium

    load = os.getloadavg()[0]
    with open_chromium() as browser:
        visits = [first_visit(browser, address) for _ in range(VISITS)]
        frames, in_view = pan(browser, address)
    return {
        "usable_s": round(statistics.median(visit["usable_s"] for visit in visits), 2),
        "kilobytes": round(statistics.median(visit["kilobytes"] for visit in visits)),
        "requests": statistics.median(visit["requests"] for visit in visits),
        "pan_fps": round(1000 * len(frames) / sum(frames), 1),
        "pan_worst_ms": round(max(frames)),
        "houses_in_view": in_view,
        "load": round(load, 1),
    }


def slowed_page(browser, viewport, *, line: bool):  # type: ignore[no-untyped-def]
    """A page in a context of its own, so with an empty cache, and its session of the developer tools."""
    page = browser.new_context(viewport=viewport, has_touch=viewport is PHONE).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    if line:
        session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page, session


def first_visit(browser, address: str) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """One visit on a phone, until the houses are drawn and everything asked for has come."""
    page, session = slowed_page(browser, PHONE, line=True)
    sent: dict[str, float] = {}
    names: dict[str, str] = {}
    session.on(
        "Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]})
    )
    session.on(
        "Network.loadingFinished", lambda event: sent.update({event["requestId"]: event["encodedDataLength"]})
    )
    page.add_init_script(f"({WATCH})()")
    page.goto(address, wait_until="commit")
    usable_ms = page.evaluate("window.usableMs")
    page.wait_for_load_state("networkidle")
    kept = [size for request, size in sent.items() if not names.get(request, "").endswith(PHOTOS)]
    page.context.close()
    return {"usable_s": usable_ms / 1000, "kilobytes": sum(kept) / 1000, "requests": len(kept)}


def pan(browser, address: str) -> tuple[list[float], int]:  # type: ignore[no-untyped-def]
    """The lengths of frames in ms while the map is dragged to and fro, and how many houses are in view."""
    page, _ = slowed_page(browser, DESKTOP, line=False)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2000)
    houses = int("".join(filter(str.isdigit, page.inner_text("#in-view-count"))))
    frames = page.evaluate(FRAMES, {"px": 300, "steps": 120})
    page.context.close()
    return frames, houses


@contextmanager
def full_site() -> Iterator[str]:
    """gunicorn on a scratch database with HOUSES houses around HOME, as visitors meet the site: with its static files packed."""
    with scratch_site() as site:
        make_houses()
        site.environment |= {"FESTIVITY_DEBUG": "0", "FESTIVITY_HOSTS": "*", "FESTIVITY_DB_POOL": "0"}
        manage = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
        subprocess.run(manage, cwd=CHECKOUT, env=site.environment, check=True)
        with served(site.environment) as address:
            yield address


@contextmanager
def served(environment: dict[str, str]) -> Iterator[str]:
    from tests.live import free_port, wait_for

    port = free_port()
    where = ["-b", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "6"]
    command = [sys.executable, "-m", "gunicorn", "server.wsgi", *where]
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port)
            time.sleep(1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def make_houses() -> None:
    """Houses in a grid, in twenty neighbourhoods, their festivity falling off as it does in a city; the map made of them."""
    from django.contrib.gis.geos import MultiPolygon, Point, Polygon

    from server.frames.models import Scorer
    from server.houses.models import House, HouseScore, Neighbourhood, Season
    from server.maps.services import publish_heat

    scorer = Scorer.objects.create(hash="0" * 12, backbone="embedded", head="linear", live=True)
    season = Season.objects.create(name="2026", starts_on=date(2026, 11, 1), ends_on=date(2027, 1, 15))
    (lon, lat), half = HOME, SPREAD_DEG / 2
    ground = MultiPolygon(Polygon.from_bbox((lon - half, lat - half, lon + half, lat + half)))
    hoods = [
        Neighbourhood.objects.create(name=f"Quarter {n}", slug=f"quarter-{n}", boundary=ground)
        for n in range(20)
    ]
    across = round(HOUSES**0.5)
    places = [
        Point(
            HOME[0] + (n % across / across - 0.5) * SPREAD_DEG,
            HOME[1] + (n // across / across - 0.5) * SPREAD_DEG,
        )
        for n in range(HOUSES)
    ]
    houses = House.objects.bulk_create(
        House(position=place, facing_deg=90, neighbourhood=hoods[n % 20]) for n, place in enumerate(places)
    )
    HouseScore.objects.bulk_create(
        HouseScore(
            house=house,
            scorer=scorer,
            season=season,
            frames=3,
            festivity=0.011 + 0.25 * (n * 7919 % HOUSES / HOUSES) ** 3,
        )
        for n, house in enumerate(houses)
    )
    publish_heat(scorer=scorer, season=season)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
