"""The dashboard in a browser: what is given out, to whom, and that nothing of it stays behind."""

import asyncio
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from results import refused

pytest.importorskip("textual_serve")

import aiohttp

from app import unsaved, web

PATIENCE = 30


# A server in this process, and one that is a process of its own.


@asynccontextmanager
async def served(loopback=True, scenario="url-shortener"):
    """A client of a server in this process."""
    with web.bound("127.0.0.1", 0) as at:
        url = f"http://127.0.0.1:{at.getsockname()[1]}"
        server = web.WebServer(scenario, "127.0.0.1", loopback)
        async with server.serving(at), aiohttp.ClientSession(url) as client:
            yield client


class Process:
    """`slipstick serve` as a process of its own, the address it tells, and its sessions."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "app.cli", "serve", "url-shortener", "--port", "0"],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.told = self.process.stdout.readline()
        self.url = re.search(r"http://127\.0\.0\.1:\d+", self.told)[0]

    def sessions(self):
        """The numbers of the processes that it started and that run."""
        return [pid for pid, parent in running() if parent == self.process.pid]


@contextmanager
def process(folder):
    there = Process(folder)
    try:
        yield there
    finally:
        there.process.kill()
        there.process.communicate()


def running():
    """The number of each process that runs, with its parent's."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it has ended meanwhile
            continue
        if state not in "ZX":
            yield int(path.parent.name), int(parent)


def wait_for(what):
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


async def read_until(websocket, word):
    """All bytes of a screen until a word is on it."""
    shown = b""
    async with asyncio.timeout(PATIENCE):
        while word not in shown:
            message = await websocket.receive()
            assert message.type == aiohttp.WSMsgType.BINARY, message
            shown += message.data
    return shown


async def typed(websocket):
    """Change the daily users, and be gone before that is written in its own time."""
    await read_until(websocket, b"Redirects")
    await websocket.send_json(["stdin", "2"])
    await read_until(websocket, b"Reset")
    await websocket.send_json(["stdin", "250M"])
    await read_until(websocket, b"23.1K")  # 250M users following 8 links a day


def kept():
    return unsaved.read()["url-shortener"].scenario.set["dau"]


@pytest.fixture
def instead(monkeypatch):
    """Lets sessions run another program, which shows an x first; returns those that were run."""

    def put(code):
        code = "print('__GANGLION__\\nD\\0\\0\\0\\1x', end='', flush=True); " + code
        programs = []

        async def start(self, *_):
            pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", code, **pipes
            )
            self._stdin = self._process.stdin
            programs.append(self._process)

        monkeypatch.setattr(web.Session, "_open_app_process", start)
        return programs

    return put


# Who comes in.


@pytest.mark.parametrize("path", ["/", "/ws", "/download/1", "/static/js/textual.js"])
@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Host": "evil.example"}, "not served under this name"),
        ({"Host": "evil.example:8000", "Origin": "http://evil.example:8000"}, "not served"),
        ({"Host": "192.168.0.7"}, "not served"),
        ({"Host": "127.0.0.1.evil.example"}, "not served"),
        ({"Host": "[::1"}, "not served"),
        ({"Origin": "http://evil.example"}, "Another site's page"),
        ({"Origin": "http://localhost:3000"}, "Another site's page"),
        ({"Origin": "null"}, "Another site's page"),
        ({"Origin": "http://[::1"}, "Another site's page"),
    ],
)
async def test_what_another_name_or_page_asks_for_is_refused(path, headers, said):
    async with served() as client:
        answer = await client.get(path, headers=headers)
        assert answer.status == 403
        assert said in await answer.text()


async def test_a_websocket_of_another_page_is_refused_and_starts_nothing(monkeypatch):
    monkeypatch.setattr(web, "Session", lambda *_, **__: pytest.fail("a session was started"))
    async with served() as client:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await client.ws_connect("/ws", origin="http://evil.example")


@pytest.mark.parametrize(
    ("loopback", "place", "own"),
    [
        (True, "127.0.0.1:8000", True),
        (True, "localhost:9000", True),
        (True, "[::1]:8000", True),
        (True, "LOCALHOST", True),
        (True, "10.0.0.7:8000", False),
        (True, "", False),
        (False, "10.0.0.7:8000", True),
        (False, socket.gethostname(), True),
        (True, "a-name-of-this-machine", False),
        (False, "evil.example", False),
    ],
)
def test_a_name_that_can_lead_elsewhere_is_not_its_own(loopback, place, own):
    assert web.WebServer(None, "127.0.0.1", loopback).is_own(place) is own


async def test_no_more_sessions_than_fit(monkeypatch):
    monkeypatch.setattr(web, "SESSIONS", 1)
    async with served() as client:
        async with client.ws_connect("/ws") as websocket:
            await read_until(websocket, b"Redirects")
            with monkeypatch.context() as quick:
                quick.setattr(web, "PATIENCE", 0.2)
                page = await client.get("/")
                assert page.status == 503
                assert "1 sessions are open, and no more fit" in await page.text()
                with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
                    await client.ws_connect("/ws")
        # As when the page is loaded again: the session before is just ending.
        async with client.ws_connect("/ws") as websocket:
            await read_until(websocket, b"Redirects")


# What they get.


async def test_the_page_loads_nothing_from_elsewhere_and_lists_nothing():
    async with served() as client:
        answer = await client.get("/")
        page = await answer.text()
        assert re.findall(r"\w+://[^/]+/\w*", page) == [str(answer.url.with_scheme("ws")) + "ws"]
        rules = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in rules
        assert "frame-ancestors 'none'" in rules
        for path in re.findall(r'(?:href|src)="(/[^"]+)"', page):
            assert (await client.get(path)).status == 200
        for path in ("/static", "/static/", "/static/css/", "/static/../web.py"):
            assert (await client.get(path)).status in (403, 404)


async def test_a_session_is_the_dashboard_as_large_as_the_page():
    async with served() as client, client.ws_connect("/ws?width=200&height=60") as websocket:
        assert b"\x1b[60;1H" in await read_until(websocket, b"Redirects")
        await websocket.send_json(["resize", {"width": 50, "height": 12}])
        await read_until(websocket, b"needs a window of 60x16")


async def test_a_session_that_is_left_ends_and_closes_its_page():
    async with served() as client, client.ws_connect("/ws") as websocket:
        await read_until(websocket, b"Redirects")
        await websocket.send_json(["stdin", "\x11"])
        while not websocket.closed:
            await websocket.receive(PATIENCE)
        assert websocket.close_code == aiohttp.WSCloseCode.OK


async def test_a_program_that_breaks_off_closes_its_page(instead):
    instead("import os; os._exit(1)")
    async with served() as client, client.ws_connect("/ws") as websocket:
        await read_until(websocket, b"x")
        assert (await websocket.receive(PATIENCE)).type == aiohttp.WSMsgType.CLOSE


@pytest.mark.parametrize(
    "message", ["no json", "{}", "[]", '["stdin"]', '["stdin", 1]', '["resize", {"width": "x"}]']
)
async def test_what_is_no_message_of_the_page_ends_the_session_alone(message, caplog, instead):
    instead("import os; os.read(0, 1)")
    async with served() as client:
        async with client.ws_connect("/ws") as websocket:
            await websocket.send_str(message)
            while not websocket.closed:
                await websocket.receive(PATIENCE)
        assert (await client.get("/")).status == 200
    assert [record.message[:15] for record in caplog.records] == ["a session ended"]


def test_no_page_asks_for_a_screen_that_fills_the_memory():
    assert [web._side(cells) for cells in (-1, 0, 80, 10**9)] == [1, 1, 80, 1000]


# What stays behind.


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
async def test_sessions_end_with_the_server_and_keep_what_was_typed(number, tmp_path):
    with process(tmp_path) as there:
        async with aiohttp.ClientSession() as client, client.ws_connect(there.url + "/ws") as tab:
            await typed(tab)
            (session,) = there.sessions()
            there.process.send_signal(number)
            while not tab.closed:
                await tab.receive(PATIENCE)
        _, err = there.process.communicate(timeout=PATIENCE)
        ended = -number if number == signal.SIGKILL else 128 + number
        assert (there.process.returncode, err) == (ended, "")
        wait_for(lambda: session not in [pid for pid, _ in running()])
    assert kept() == "250M user"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
async def test_a_session_ends_with_its_tab_and_keeps_what_was_typed(tmp_path):
    # What lies in the folder it is started in is not the program.
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit('another program')")
    with process(tmp_path) as there:
        async with aiohttp.ClientSession() as client, client.ws_connect(there.url + "/ws") as tab:
            await typed(tab)
            assert len(there.sessions()) == 1
        wait_for(lambda: not there.sessions())
        assert there.process.poll() is None
    assert kept() == "250M user"


async def test_a_program_that_does_not_end_is_made_to(monkeypatch, instead):
    monkeypatch.setattr(web, "PATIENCE", 0.2)
    programs = instead("import time; time.sleep(600)")
    impatient = aiohttp.ClientWSTimeout(ws_close=0.2)
    async with served() as client, client.ws_connect("/ws", timeout=impatient) as websocket:
        assert await read_until(websocket, b"x") == b"x"
        await websocket.send_json(["stdin", "more than it takes " * 20_000])
    assert [program.returncode for program in programs] == [-signal.SIGKILL]


# How it is started.


def test_a_port_that_is_taken_is_told(slipstick):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert f"port {port} of 127.0.0.1 is taken; --port" in refused(
            slipstick("serve", "--port", port)
        )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "host.invalid"], "nothing can listen at 'host.invalid', port 8000: "),
        (["--host", "a..b"], "it is no name"),
        (["--host", "192.0.2.1"], "Cannot assign requested address\n"),
        (["--port", "70000"], "not in the range"),
        (["nonsense"], "there is no system 'nonsense'"),
        (["./none.toml"], "there is no preset file ./none.toml"),
    ],
)
def test_what_cannot_be_served_is_a_line_or_two_and_exit_2(slipstick, arguments, said):
    assert said in refused(slipstick("serve", *arguments))


def test_without_the_extra_the_way_out_is_named(slipstick, monkeypatch):
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    assert "pip install 'slipstick[web]'" in refused(slipstick("serve"))


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_who_lets_others_in_is_told_so(slipstick, monkeypatch, host, warned):
    async def run(*_):
        return 0

    monkeypatch.setattr(web.WebServer, "run", run)
    code, out, err = slipstick("serve", "--host", host, "--port", "0")
    assert code == 0
    assert re.fullmatch(r"the dashboard is at http://[\w.-]+:\d+; ctrl\+c ends it\n", out)
    assert ("there is no password" in err) is warned
    assert bool(err) is warned
