#!/usr/bin/python3
"""Every route of a running collector, asked by what its own OpenAPI document says and by what it does not:

    fuzz.py --build DIRECTORY [--only PATH]

Every answer has a status, a form and a schema that the document has; what is surely wrong is 422 and named, all of it at
once; who may not ask gets nothing; nothing tells of files or SQL, nothing is the collector's mistake, and it still answers
afterwards. 25 requests of each operation, always the same ones; with COLLECTOR_TEST_LONG ten times as many, others each
time, or those of COLLECTOR_TEST_SEED. Exits with 1 and all that was found, with 77 where hypothesis is not there."""

import argparse
import gzip
import http.client
import json
import os
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "page"))
import world  # noqa: E402

try:
    import hypothesis
    from hypothesis import strategies as st

    import document as documents
    import values
except ImportError as error:
    print(f"api.fuzz: {error} (Debian's python3-hypothesis and python3-jsonschema)")
    sys.exit(77)

ROLES = ("viewer", "operator", "admin", "agent", "forwarder", "ingest")
BODY = "{method} {target} {headers} {body!r} as {caller}"


class Server:
    def __init__(self, collector):
        self.collector = collector
        self.connection = http.client.HTTPConnection("127.0.0.1", collector.port, timeout=30)
        self.tokens = {role: collector.run("token", "add", "of-" + role, "--role", role) for role in ROLES}
        for name, hosts in (("viewer here", "thinkpad"), ("viewer elsewhere", "else*")):
            self.tokens[name] = collector.run("token", "add", name.replace(" ", "-"), "--role", "viewer", "--host", hosts)
        self.tokens = {name: text.split()[-1] for name, text in self.tokens.items()}
        self.tokens["bogus"] = "col_0000_" + "x" * 43

    def ask(self, method, target, headers=None, body=None):
        """Status, headers by lower-case name, text."""
        headers = dict(headers or {})
        # One answer after another: a connection that the server has closed meanwhile is opened again.
        for last in (False, True):
            try:
                self.connection.request(method, target, body=body, headers=headers)
                answer = self.connection.getresponse()
                raw = answer.read()
                break
            except (http.client.RemoteDisconnected, ConnectionError):
                self.connection.close()
                if last:
                    raise
        told = {name.lower(): value for name, value in answer.getheaders()}
        if told.get("content-encoding") == "gzip" and raw:
            raw = gzip.decompress(raw)
        return answer.status, told, raw.decode("utf-8", "replace")


@st.composite
def headers_of(draw, operation):
    headers = {}
    accept = draw(st.sampled_from([None, None, "*/*", "nonsense", "image/png", "text/*;q=0.5", *operation.types()]))
    if accept is not None:
        headers["Accept"] = accept
    headers.update(draw(st.sampled_from([{}, {}, {}, {"Accept-Encoding": "gzip"}, {"If-None-Match": "*"},
                                         {"If-None-Match": "\"x\", W/\"y\""}, {"Range": "bytes=0-1"},
                                         {"X-Forwarded-For": "192.0.2.1"}])))
    return headers


def allowed(operation, caller):
    if operation.is_for_all:
        return True
    if caller == "nobody":
        return operation.anonymous
    return caller.split()[0] in operation.roles


def expected_mistakes(operation, asked, answer):
    """What follows from the request alone."""
    status, _, body = answer
    if asked["caller"] == "bogus":
        return [] if status == 401 else [f"{status} instead of 401 to a token that is none"]
    if asked["body"] is not None and len(asked["body"]) > operation.most_bytes:
        return [] if status == 413 else [f"{status} instead of 413"]
    # Behind a proxy nobody is anonymous.
    caller = "stranger" if asked["caller"] == "nobody" and "X-Forwarded-For" in asked["headers"] else asked["caller"]
    if not allowed(operation, caller):
        return [] if status in (401, 403) else [f"{status} instead of 401 or 403"]
    if "Content-Type" in asked["headers"] and asked["headers"]["Content-Type"] != "application/json":
        return [] if status == 415 else [f"{status} instead of 415"]
    accept = asked["headers"].get("Accept")
    if accept in ("nonsense", "image/png") and "format" not in asked["query"] and operation.types():
        return [] if status == 406 else [f"{status} instead of 406"]
    if asked["wrong"] is None or status in (403, 406, 429):
        return []
    if asked["wrong"]:
        if status != 422:
            return [f"{status} instead of 422 for {sorted(asked['wrong'])}"]
        # Grafana is told in words.
        named = ({one["parameter"] for one in json.loads(body)["errors"]} if body.startswith("{")
                 else {name for name in asked["wrong"] if name in body})
        return [f"does not name {name!r}" for name in asked["wrong"] - named]
    return []


def told_to_strangers(operation, asked, answer, server):
    """Who is somebody else's viewer sees nothing of this host, who is nobody or may not read no data at all."""
    hidden = [str(server.collector.directory)] if asked["caller"] not in ("admin", "operator", "viewer") else []
    if asked["caller"] in ("viewer elsewhere", "bogus", "agent", "forwarder", "ingest") and not operation.is_for_all:
        hidden += ["thinkpad", "wlp3s0"]
    return [f"tells {word} to {asked['caller']}" for word in hidden if word in answer[2] and word not in asked["said"]]


def check(server, operation, asked):
    answer = server.ask(asked["method"], asked["target"], asked["headers"], asked["body"])
    found = documents.mistakes_in(operation, answer, asked["said"])
    found += expected_mistakes(operation, asked, answer)
    found += told_to_strangers(operation, asked, answer, server)
    status, headers, body = answer
    if status == 200 and "etag" in headers and asked["method"] == "GET" and headers["etag"].startswith('"'):
        again = server.ask("GET", asked["target"], {**asked["headers"], "If-None-Match": headers["etag"]})
        found += [] if again[0] == 304 else [f"{again[0]} instead of 304 for its own tag"]
    if operation.path == "/api/v1/tokens" and asked["method"] == "POST" and status == 200:
        name = json.loads(body)["name"]
        server.ask("DELETE", "/api/v1/tokens?name=" + values.urllib.parse.quote(name, safe=""),
                   {"Authorization": "Bearer " + server.tokens["admin"]})
    if asked["method"] == "GET" and operation.path != "/api/v1/stream":
        head = server.ask("HEAD", asked["target"], asked["headers"])
        found += [] if head[0] in (status, 304, 503) or status == 503 else [f"HEAD gives {head[0]}, GET {status}"]
        found += ["HEAD has a body"] if head[2] else []
    assert not found, "\n  ".join(found) + "\n  " + BODY.format(**asked) + "\n  " + body[:300]


def request_of(data, server, operation):
    query, path, wrong = data.draw(values.queries(operation))
    headers = data.draw(headers_of(operation))
    caller = data.draw(st.sampled_from(["nobody", "admin", "admin", *server.tokens]))
    body = None
    if operation.method != "GET":
        kinds = ["application/json"] * 5 + ["text/plain"] if operation.body is not None else ["application/json"]
        headers["Content-Type"] = data.draw(st.sampled_from(kinds))
    if operation.body is not None:
        members, wrong_members = data.draw(values.bodies(operation))
        body = members if isinstance(members, str) else json.dumps(members)
        wrong = None if wrong_members is None else wrong | wrong_members
        body = body.encode("utf-8", "replace")
    if caller != "nobody":
        headers["Authorization"] = "Bearer " + server.tokens[caller]
    # These lead to other routes, or to none.
    hypothesis.assume(not any("/" in value or value == "" for value in path.values()))
    if operation.path.startswith("/assets/"):
        wrong = None if not wrong else wrong
    return {"method": operation.method, "query": query, "target": values.target(operation, query, path), "headers": headers,
            "body": body, "caller": caller, "wrong": wrong,
            # What an answer may repeat.
            "said": " ".join([*query, *query.values(), *path.values(), str(body)])}


def other_methods(server, document):
    found = []
    for path in sorted({one.path for one in document.operations}):
        methods = document.methods_of(path)
        target = values.target(next(one for one in document.operations if one.path == path), {},
                               {"year": "2026", "id": "thinkpad", "path": "style.css"})
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "BREW"} - methods:
            for body in (None, b"{}", b"x" * 5000):
                status, headers, _ = server.ask(method, target, {"Content-Type": "text/plain"}, body)
                told = set(headers.get("allow", "").split(", "))
                if status != 405 or told != methods | ({"HEAD"} if "GET" in methods else set()):
                    found.append(f"{method} {target}: {status}, Allow: {told}")
    return found


def many(operation, server, seed, examples):
    @hypothesis.seed(seed)
    @hypothesis.settings(max_examples=examples, deadline=None, database=None, print_blob=False,
                         suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(st.data())
    def holds(data):
        check(server, operation, request_of(data, server, operation))

    holds()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", required=True)
    arguments.add_argument("--only", default="")
    given = arguments.parse_args()
    is_long = "COLLECTOR_TEST_LONG" in os.environ
    seed = int(os.environ.get("COLLECTOR_TEST_SEED", random.randrange(2**32) if is_long else 1))
    examples = 250 if is_long else 25
    print(f"api.fuzz: {examples} requests of each operation, COLLECTOR_TEST_SEED={seed}")
    found = []
    with tempfile.TemporaryDirectory(prefix="collector-api-") as directory:
        collector = world.Collector(given.build, directory)
        collector.start()
        try:
            server = Server(collector)
            document = documents.Document(server.ask("GET", "/api/v1/openapi.json")[2])
            found += [] if given.only else other_methods(server, document)
            for operation in document.operations:
                if given.only not in operation.path:
                    continue
                try:
                    many(operation, server, seed, examples)
                except Exception as error:  # all of them are told
                    found.append(f"{operation}\n  {error if isinstance(error, AssertionError) else repr(error)}")
            alive = collector.process.poll() is None and server.ask("GET", "/healthz")[0] in (200, 503)
            found += [] if alive else ["the collector no longer answers"]
            log = (pathlib.Path(directory) / "log").read_text()
            found += [line for line in log.splitlines() if "level=error" in line]
        finally:
            collector.kill()
    print("\n".join(found) if found else f"api.fuzz: {len(document.operations)} operations, nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
