"""A reverse proxy as people put one before the page: below a folder, with another Host, or handing on too little."""

import contextlib
import re
import socket
import threading
import time

ELSEWHERE = b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: 9\r\nConnection: close\r\n\r\nelsewhere"


class Proxy:
    """Hands on what lies below `folder`. `host(path)`: the header Host that it sends, nothing: as it came.
    `holds_back`: a pattern of paths that it answers itself, with `says`. `late`: paths that it hands on a second later."""

    def __init__(self, port, folder="", host=lambda path: None, holds_back="(?!)", says="404 Not Found", late=()):
        self.port, self.folder, self.host = port, folder, host
        self.holds_back, self.says, self.late = re.compile(holds_back), says, late
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}{folder}"
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        """One request, which may become a stream: each connection has one."""
        with client, contextlib.suppress(OSError):
            head, rest = b"", b""
            while b"\r\n\r\n" not in head:
                more = client.recv(65536)
                if not more:
                    return
                head += more
            head, rest = head.split(b"\r\n\r\n", 1)
            first, *lines = head.decode().split("\r\n")
            method, path, version = first.split(" ")
            if not path.startswith(self.folder + "/") or self.holds_back.search(path):
                client.sendall(ELSEWHERE % self.says.encode())
                return
            path = path[len(self.folder):]
            if path in self.late:
                time.sleep(1)
            headers = dict(line.split(": ", 1) for line in lines)
            headers["Host"] = self.host(path) or headers["Host"]
            if "Upgrade" not in headers:
                headers["Connection"] = "close"
            with socket.create_connection(("127.0.0.1", self.port)) as server:
                text = "\r\n".join([f"{method} {path} {version}", *(f"{name}: {value}" for name, value in headers.items())])
                server.sendall(text.encode() + b"\r\n\r\n" + rest)
                up = threading.Thread(target=pour, args=(client, server), daemon=True)
                up.start()
                pour(server, client)
                up.join()


def pour(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
