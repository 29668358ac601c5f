"""Values for the parameters, headers and bodies of an operation: such as are meant, and any others."""

import urllib.parse

from hypothesis import strategies as st

WORDS = ("now", "today", "yesterday", "week", "month", "year", "all", "period", "last-period", "-24h", "-7d", "-90m",
         "2026-01-31", "2026-03-29T02:30", "2026-03-29T14:02:05Z", "2026-03-29T14:02:05+02:00", "2026-02", "0", "1796033719")
ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "America/New_York")
# By the name of the parameter: what the history has, and what it nearly has.
NAMES = {
    "measurement": ("net", "cpu", "mem", "system", "nat", "sqlite_master"),
    "field": ("bytes_recv", "bytes_sent", "bytes_recv,bytes_sent", "byte_recv", "user", "bytes_recv,bytes_recv"),
    "by": ("interface", "host", "kind", "host,interface", "app", "interface,interface"),
    "where": ("interface=wlp3s0", "interface=wl*", "kind=physical", "interface=a|b", "x=y", "interface", "=", "interface=["),
    "host": ("thinkpad", "think*", "nas", "*", "[", "thinkpad\0x"),
    "id": ("thinkpad", "nas", "a b", "%", "..", "<b>"),
    "plan": ("home", "hom", "*"), "filter": ("*", "t*", "[", "x" * 300), "sink": ("local", "cloud"), "to": ("local",),
    "year": ("2025", "2026", "1970", "9998"), "path": ("js/app.js", "style.css", "../index.html", "js/../../x", ""),
    "cursor": ("c", "c00", "c3130-", "cff-00-00-00-00", "c2d31-6761702d-"), "name": ("phone", "no such"),
    "query": ("constantLine(100)", "collector.*", "x" * 300), "target": ("constantLine(100)", "net.*.bytes_recv", "a(b(c(", "*"),
}
ANY_TEXT = st.one_of(st.text(max_size=40), st.text(alphabet="'\";%_*?[]{}()|\\/.,=&#+ \t\0<>", max_size=12),
                     st.integers().map(str), st.floats().map(str), st.text(alphabet="9", min_size=18, max_size=40),
                     st.sampled_from(["../../etc/passwd", "' OR 1=1 --", "a" * 2000, "1e9", "0x10", "-0", "\u202e", "\U0001f40c"]))


def fitting(parameter):
    schema = parameter["schema"]
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema["type"]
    if parameter["name"] in NAMES and kind != "integer":
        return st.sampled_from(NAMES[parameter["name"]])
    if kind == "integer":
        return st.integers(schema.get("minimum", 0), schema.get("maximum", 10**6)).map(str)
    if kind == "boolean":
        return st.sampled_from(["true", "false", "1", "0", ""])
    if schema.get("format") == "time-words":
        return st.one_of(st.sampled_from(WORDS), st.integers(1_700_000_000, 1_900_000_000).map(str))
    if schema.get("format") == "time-zone":
        return st.sampled_from(ZONES)
    return ANY_TEXT


def surely_wrong(parameter, value):
    """Whether the document itself says that this is none of its values."""
    schema = parameter["schema"]
    if "enum" in schema:
        return value not in schema["enum"]
    if schema["type"] == "integer":
        if not value.removeprefix("-").isascii() or not value.removeprefix("-").isdigit():
            return True
        return not schema.get("minimum", -2**63) <= int(value) <= schema.get("maximum", 2**63 - 1)
    if schema["type"] == "boolean":
        return value not in ("true", "false", "1", "0", "")
    return value == ""


@st.composite
def queries(draw, operation):
    """Names and values in the query, names in the path, and the names that are surely wrong."""
    query, path, wrong = {}, {}, set()
    for parameter in operation.parameters:
        name = parameter["name"]
        how = draw(st.sampled_from(["left out", "left out", "fits", "fits", "any"]))
        if how == "left out" and parameter["in"] == "query":
            if parameter["required"]:
                wrong.add(name)
            continue
        value = draw(ANY_TEXT if how == "any" else fitting(parameter))
        if parameter["in"] == "path":
            path[name] = value
        else:
            query[name] = value
        if surely_wrong(parameter, value):
            wrong.add(name)
    if draw(st.integers(0, 9)) == 0:
        name = draw(st.text(min_size=1, max_size=10))
        if name not in {one["name"] for one in operation.parameters}:
            query[name] = draw(st.text(max_size=5))
            wrong.add(name)
    return query, path, wrong


ANY_JSON = st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=10)),
                        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
                        max_leaves=5)


@st.composite
def bodies(draw, operation):
    """A text, and the members that are surely wrong; None: they can't be told."""
    how = draw(st.sampled_from(["object", "object", "object", "json", "bytes", "none"]))
    if how == "none":
        return "", set(operation.body["required"])
    if how == "bytes":
        return draw(st.text(max_size=60)), None
    if how == "json":
        return draw(ANY_JSON), None
    members, wrong = {}, set()
    for name, schema in operation.body["properties"].items():
        fits = draw(st.sampled_from([True, True, False]))
        if draw(st.booleans()) and name not in operation.body["required"]:
            continue
        if fits:
            members[name] = draw({"string": st.text(max_size=12), "integer": st.integers(0, 10), "boolean": st.booleans(),
                                  "array": st.lists(st.text(max_size=5), max_size=2)}[schema["type"]])
            if "enum" in schema and members[name] not in schema["enum"]:
                wrong.add(name)
        else:
            members[name] = draw(ANY_JSON.filter(lambda one, kind=schema["type"]: not is_of(kind, one)))
            wrong.add(name)
    if draw(st.integers(0, 4)) == 0:
        name = draw(st.text(alphabet="abcdefgh", min_size=9, max_size=12))
        members[name] = 1
        wrong.add(name)
    return members, wrong


def is_of(kind, value):
    if kind == "string":
        return isinstance(value, str)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "boolean":
        return isinstance(value, bool)
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def target(operation, query, path):
    place = operation.path
    for name, value in path.items():
        place = place.replace("{" + name + "}", urllib.parse.quote(value, safe=""))
    words = "&".join(f"{urllib.parse.quote(name, safe='')}={urllib.parse.quote(value, safe='')}" for name, value in query.items())
    return place + ("?" + words if words else "")
