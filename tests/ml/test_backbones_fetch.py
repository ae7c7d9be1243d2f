"""Fetching, against a small server on this machine that answers as the hub does."""

import hashlib
import http.server
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

pytest.importorskip("huggingface_hub")

URL = re.compile(r"^/(?P<repository>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<file>.+)$")


class Answer(http.server.BaseHTTPRequestHandler):
    """Files by their path in the repository; every repository whose name holds dinov3 is gated."""

    files: dict[str, bytes] = {}

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.wfile.write(self.answer())

    def answer(self) -> bytes:
        asked = URL.match(self.path)
        if not asked or asked["file"] not in self.files:
            return self.refuse(404, "EntryNotFound")
        if "dinov3" in asked["repository"]:
            return self.refuse(403, "GatedRepo")
        content = self.files[asked["file"]]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", asked["revision"])
        self.end_headers()
        return content

    def refuse(self, status: int, reason: str) -> bytes:
        self.send_response(status)
        self.send_header("X-Error-Code", reason)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return b""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub_url():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def ask(tmp_path, hub_url):
    """Runs `python -m ml backbones …` with a cache and a models folder of its own: (exit code, all that was said)."""

    def run(*arguments: str, **environment: str) -> tuple[int, str]:
        own = {
            "HF_ENDPOINT": hub_url,
            "HF_HOME": str(tmp_path / "hub"),
            "FESTIVITY_MODELS": str(tmp_path / "models"),
            "HF_HUB_DISABLE_XET": "1",
        }
        command = [sys.executable, "-m", "ml", "backbones", *arguments]
        settings = {**os.environ, **own, **environment}
        done = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    return run


def cached(folder: Path) -> list[Path]:
    return [path for path in (folder / "hub").rglob("model.onnx") if path.is_file()]


def test_what_is_not_pinned_here_is_pinned_by_the_first_fetch(ask, tmp_path):
    Answer.files = {"onnx/model.onnx": b"the first"}
    code, said = ask("fetch", "dinov2-large-onnx")
    assert (code, "pinned at first fetch" in said) == (0, True), said
    assert "good" in ask("verify", "dinov2-large-onnx")[1]
    for path in cached(tmp_path):
        path.resolve().unlink()
        path.unlink()
    Answer.files = {"onnx/model.onnx": b"the second"}
    code, said = ask("fetch", "dinov2-large-onnx")
    assert (code, "not the file of the first fetch" in said) == (2, True), said
    assert cached(tmp_path) == []


def test_what_was_fetched_once_comes_from_the_cache_without_a_network(ask):
    Answer.files = {"onnx/model.onnx": b"a network"}
    assert ask("fetch", "dinov2-large-onnx")[0] == 0
    code, said = ask("fetch", "dinov2-large-onnx", HF_HUB_OFFLINE="1")
    assert code == 0, said
    code, said = ask("fetch", "dinov2-small-onnx", HF_HUB_OFFLINE="1")
    assert (code, "the hub cannot be reached" in said) == (2, True), said


def test_a_file_with_another_hash_is_refused_and_removed(ask, tmp_path):
    Answer.files = {"onnx/model.onnx": b"not DINOv2 at all"}
    code, said = ask("fetch", "dinov2-small-onnx")
    assert (code, "is not the published 'dinov2-small-onnx'" in said) == (2, True), said
    assert cached(tmp_path) == []
    assert not (tmp_path / "models" / "dinov2-small-onnx.json").exists()


def test_a_gated_model_ends_in_a_sentence_that_says_how_to_get_access(ask):
    Answer.files = {"config.json": b"{}", "model.safetensors": b""}
    code, said = ask("fetch", "dinov3-small")
    assert code == 2
    for words in (
        "https://huggingface.co/facebook/dinov3-vits16-pretrain-lvd1689m",
        "accept its licence",
        "HF_TOKEN",
    ):
        assert words in said
    assert "Traceback" not in said


def test_an_unknown_name_is_refused_with_the_known_ones(ask):
    code, said = ask("fetch", "dinov9")
    assert (code, "dinov2-small" in said, "Traceback" in said) == (2, True, False)
