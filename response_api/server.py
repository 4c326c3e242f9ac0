"""The web server: one process, one loop.  Stopping it ends the live streams first, since it waits for what is open."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from response_api.live import Hub

GRACE_SECONDS = 5


class Server(uvicorn.Server):
    """Run it in any thread with ``run()``; stop it with ``should_exit = True``. ``started`` says that it listens."""

    def __init__(self, app: FastAPI, *, host: str, port: int, trusted: str = "127.0.0.1,::1") -> None:
        """``trusted``: addresses and networks whose word is taken, with commas between, on whom they ask for."""
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                server_header=False,
                forwarded_allow_ips=trusted,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._hub: Hub = app.state.hub

    @property
    def port(self) -> int:
        """The port that it listens on, also where 0 was asked for. Only once ``started``."""
        port: int = self.servers[0].sockets[0].getsockname()[1]
        return port

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._hub.close()
        await super().shutdown(sockets)
