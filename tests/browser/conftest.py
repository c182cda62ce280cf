"""A real Chromium before the real page: over the fake engine, and over the real world."""

import contextlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORLD = ROOT / "assets" / "worlds" / "emoji"
SAID: dict[str, list[str]] = {}  # address of a server -> the lines that it has printed so far
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

LINK = re.compile(r"[?&](prompt|steps|seeds|world|_columns)=")
FIRST = "Nothing drawn yet|Drawn earlier|还没有图片|预先画好"  # what stands there until a link is read


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@contextlib.contextmanager
def served(port, *command):
    """Run a server until the test is over; gives its address once it answers."""
    server = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    url, until = f"http://127.0.0.1:{port}", time.monotonic() + 90
    said = SAID[url] = []
    threading.Thread(target=lambda: said.extend(server.stdout), daemon=True).start()
    try:
        while True:
            try:
                urllib.request.urlopen(url, timeout=5).close()
                break
            except OSError:
                assert server.poll() is None and time.monotonic() < until, "the server did not come up:\n" + "".join(
                    said
                )
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        server.kill()
        if any("Traceback" in line for line in said):
            print("".join(said))  # pytest shows it beside what failed


@pytest.fixture(scope="session")
def site():
    """Address of the page over the fake engine, 0.02 s a step."""
    port = free_port()
    with served(port, "-m", "tests.studio.serve", str(port), "0.02") as url:
        yield url


@pytest.fixture(scope="session")
def real_site():
    """Address of the page as people get it."""
    if not (WORLD / "model_index.json").is_file():
        pytest.skip("the weights of the emoji world are not there: assets/worlds/emoji/model_index.json is missing")
    port = free_port()
    with tempfile.TemporaryDirectory() as kept, served(port, "app.py", "--port", str(port), "--history", kept) as url:
        yield url


@pytest.fixture(scope="session")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium):
    """visit(url, **view) opens a page of its own; afterwards no error may stand in its console, and no answer of a server
    may have failed: of one that has, address, what was sent, the answer and what the server printed meanwhile are told."""
    contexts, errors, failed = [], [], []
    before = {url: len(said) for url, said in SAID.items()}

    def opened(url, **view):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"} | view)
        context.set_default_timeout(45_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.on("response", lambda answer: failed.append(answer) if answer.status >= 500 else None)
        page.on(
            "request",
            lambda r: (
                errors.append(f"asked {r.url}") if not re.match(r"(http://127\.0\.0\.1|data:|blob:)", r.url) else None
            ),
        )
        page.goto(url)
        page.locator("#table table.guidance").wait_for()
        if LINK.search(url):  # a click before the page has read it would draw something else
            page.wait_for_function(f"!/{FIRST}/.test(document.querySelector('#status').innerText)")
        return page

    yield opened
    told = [_failure(answer, before) for answer in failed]
    for context in contexts:
        context.close()
    assert not told, "\n\n".join(told)
    assert not errors, errors


def _failure(answer, before):
    """An answer of status 500 or more: address, what was sent, what came, and the server's lines since the test began."""
    try:
        asked, told = answer.request.post_data, answer.text()[:2000]
    except Exception as error:  # no text was sent, or the page has gone on and the browser has let go of it
        asked, told = "", f"({error})"
    time.sleep(0.3)  # the server's lines come through a pipe
    said = [line for url, lines in SAID.items() if answer.url.startswith(url) for line in lines[before.get(url, 0) :]]
    return f"{answer.status} {answer.request.method} {answer.url}\n{asked}\n{told}\n{''.join(said)}"
