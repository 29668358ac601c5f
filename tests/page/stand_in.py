"""A server in front of a collector that answers some questions itself: what parts that are still to come will say."""

import http.server
import json
import threading
import urllib.error
import urllib.request


class StandIn:
    """`answers`: {path: answer, or a function that is given the collector's own}; all else is the collector's."""

    def __init__(self, behind, answers):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = self.path.partition("?")[0]
                status, headers, body = 200, {"Content-Type": "application/json"}, b""
                answer = answers.get(path)
                if answer is None or callable(answer):
                    status, headers, body = asked(behind + self.path)
                if callable(answer):
                    body = json.dumps(answer(json.loads(body))).encode()
                elif answer is not None:
                    body = json.dumps(answer).encode()
                self.send_response(status)
                for name in ("Content-Type", "Content-Security-Policy"):
                    if headers.get(name):
                        self.send_header(name, headers[name])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def asked(address):
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read()
