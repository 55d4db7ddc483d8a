"""The dashboard in a browser: textual-serve, with a door.

textual-serve runs a program of its own for each tab and carries its screen over a websocket. It
lets in every page of the web that a browser has open, and as many of them as come; this does not.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from html import escape
from ipaddress import ip_address
from os import pathsep
from pathlib import Path
from string import Template
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

SESSIONS: Final = 8
"""How many may be open at once: each is a program of its own, of about 100 MB."""
LARGEST: Final = 1000
"""The columns and rows that a page may ask for; more is no screen but an attack on the memory."""
PATIENCE: Final = 2.0
"""Seconds that a program is given to end before it is made to."""
PAGE: Final = Template((Path(__file__).parent / "web.html").read_text("utf-8"))
FONT: Final = "/static/fonts/RobotoMono-VariableFont_wght.ttf"
FOCUS: Final = 'addEventListener("load", () => document.querySelector("textarea").focus());'
"""Keys go to the dashboard without a click."""
RULES: Final = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "connect-src 'self'",
            "font-src 'self'",
            "img-src data:",
            f"script-src 'self' 'sha256-{b64encode(sha256(FOCUS.encode()).digest()).decode()}'",
            "style-src 'self' 'unsafe-inline'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
}
"""What a page of this server may load, and that no other page may hold it in a frame."""

log = logging.getLogger("textual-serve")


def bound(host: str, port: int) -> socket.socket:
    """A socket at the first address that a host has; port 0 is any that is free.

    Raises:
        OSError: the address is not one of this machine, or the port is taken.
        UnicodeError: the host is no name.
    """
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server(address[:2], family=family)


class Session(AppService):
    """A tab's program: the dashboard in a process of its own."""

    def __init__(self, scenario: str | None, **wires: Any) -> None:
        super().__init__("slipstick", **wires)
        self.scenario = scenario

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Start the dashboard of this very program, whatever lies in the folder it runs in."""
        words = [] if self.scenario is None else [self.scenario]
        environment = self._build_environment(_side(width), _side(height))
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "app.dashboard", *words,
            stdin=PIPE, stdout=PIPE, stderr=PIPE,
            env=environment | {"PYTHONPATH": pathsep.join(filter(None, sys.path))},
        )  # fmt: skip
        self._stdin = self._process.stdin
        return self._process

    async def set_terminal_size(self, width: int, height: int) -> None:
        await super().set_terminal_size(_side(width), _side(height))

    async def run(self) -> None:
        """Carry the screen until the program ends, by itself or by a fault, and tell the page."""
        try:
            await super().run()
        finally:
            await self.remote_close()
            # A tab that is gone must not keep the program from writing its last.
            if self._process is not None and self._process.stdout is not None:
                while await self._process.stdout.read(65536):
                    pass

    async def stop(self) -> None:
        """End the program: ask it to, then hang up, then kill it."""
        process = self._process
        if process is None or process.stdin is None:
            return
        await self._download_manager.cancel_app_downloads(self.app_service_id)
        # A program that does not listen may never take the word.
        asked = asyncio.create_task(self.send_meta({"type": "quit"}))
        for harder in (process.stdin.close, process.kill):
            try:
                await asyncio.wait_for(process.wait(), PATIENCE)
            except TimeoutError:
                with suppress(ProcessLookupError):
                    harder()
        await process.wait()
        await asyncio.wait({asked, self._task} if self._task else {asked})


class WebServer(Server):
    """Serves the dashboard to its own page.

    Args:
        scenario: what each session opens, as on the command line; what was changed last if None.
        host: the name or address that it is reached by.
        loopback: whether only this machine reaches it.
    """

    def __init__(self, scenario: str | None, host: str, loopback: bool) -> None:
        super().__init__("slipstick", host)
        self.scenario, self.loopback = scenario, loopback
        self.open: set[Session] = set()

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self.door])
        app.router.add_get("/", self.handle_page)
        app.router.add_get("/ws", self.handle_websocket)
        app.router.add_get("/download/{key}", self.handle_download)
        app.router.add_static("/static", self.statics_path)
        app.on_response_prepare.append(self.add_rules)
        app.on_shutdown.append(self.on_shutdown)
        return app

    async def run(self, at: socket.socket) -> int:
        """Serve until the program is told to stop; returns its exit code."""
        ends, loop = asyncio.Queue[int](), asyncio.get_running_loop()
        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, ends.put_nowait, 128 + number)
        async with self.serving(at):
            return await ends.get()

    @asynccontextmanager
    async def serving(self, at: socket.socket) -> AsyncIterator[None]:
        """Serve at a socket; all sessions have ended when it is left."""
        app = await self._make_app()
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=3 * PATIENCE)
        await runner.setup()
        try:
            await web.SockSite(runner, at).start()
            yield
        finally:
            await runner.cleanup()

    # Who comes in.

    @web.middleware
    async def door(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Refuse what was not sent here: another site's name, or another site's page.

        A site can have its name lead to this machine's own address (DNS rebinding), and a browser
        lets any page open a websocket to anywhere; it says truly which name and page that were.
        """
        origin = request.headers.get("Origin")
        if not self.is_own(request.host):
            raise web.HTTPForbidden(
                text="The dashboard is not served under this name; --host sets it.\n"
            )
        if origin is not None and _place(origin).lower() != request.host.lower():
            raise web.HTTPForbidden(text="Another site's page may not use the dashboard.\n")
        return await handler(request)

    def is_own(self, place: str) -> bool:
        """Whether the `host:port` of a request is this server's. The port may be a tunnel's."""
        try:
            name = urlsplit(f"//{place}").hostname or ""
        except ValueError:
            return False
        names = {self.host.lower(), "localhost"}
        try:
            # Nobody can have an address lead elsewhere.
            return name in names or ip_address(name).is_loopback or not self.loopback
        except ValueError:
            return not self.loopback and name == socket.gethostname().lower()

    async def add_rules(self, _: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(RULES)

    async def room(self) -> None:
        """Wait for a session that ends, as when its page is loaded again; refuse if none does."""
        tries = 10
        while len(self.open) >= SESSIONS:
            if not tries:
                full = f"{SESSIONS} sessions are open, and no more fit. Close the tab of one.\n"
                raise web.HTTPServiceUnavailable(text=full)
            tries -= 1
            await asyncio.sleep(PATIENCE / 10)

    # What they get.

    async def handle_page(self, request: web.Request) -> web.Response:
        """The page, which opens the websocket at the name that it was asked for by."""
        await self.room()
        page = PAGE.substitute(font=FONT, focus=FOCUS, websocket=escape(f"ws://{request.host}/ws"))
        return web.Response(text=page, content_type="text/html")

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A session, from the tab that opens it to the tab that closes it."""
        await self.room()
        websocket = web.WebSocketResponse(heartbeat=15, timeout=PATIENCE)

        async def close() -> None:
            await websocket.close()

        session = Session(
            self.scenario,
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=close,
            download_manager=self.download_manager,
        )
        self.open.add(session)
        try:
            await websocket.prepare(request)
            sides = (to_int(request.query.get(side, ""), 80) for side in ("width", "height"))
            await session.start(*sides)
            await self._process_messages(websocket, session)
        except (AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
            log.warning("a session ended: what came was no message of the page: %r", error)
        finally:
            await session.stop()
            self.open.discard(session)
        return websocket

    async def on_shutdown(self, _: web.Application) -> None:
        """End all sessions; each closes its page."""
        await asyncio.gather(*(session.stop() for session in self.open))


def _side(cells: Any) -> int:
    return max(1, min(int(cells), LARGEST))


def _place(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
