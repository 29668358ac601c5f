"""The OpenAPI document of a running collector, and answers held against it."""

import json

import jsonschema

LEAKS = ("SELECT ", "sqlite", "/proc/", ".cpp", "access.json", "collector.db", "collector.yaml")
SECURITY = ("x-content-type-options", "content-security-policy", "referrer-policy", "cache-control")


def closed(schema):
    """As the schema, but what is not written down is a mistake: others may read a further key, this program writes none."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: closed(value) for key, value in schema.items()}
    if copy.get("type") == "object" and isinstance(schema.get("properties"), dict):
        copy["properties"] = {name: closed(value) for name, value in schema["properties"].items()}
        copy.setdefault("additionalProperties", False)
    return copy


class Operation:
    def __init__(self, document, path, method, row):
        self.path, self.method, self.row = path, method.upper(), row
        self.parameters = row["parameters"]
        self.roles, self.anonymous = set(row["x-roles"]), row["x-anonymous"]
        self.is_for_all = row["security"] == []
        body = row.get("requestBody", {}).get("content", {}).get("application/json")
        self.body = body["schema"] if body else None
        self.most_bytes = row.get("requestBody", {}).get("x-most-bytes", 0)
        self.responses = {}
        for status, response in row["responses"].items():
            while "$ref" in response:
                response = document["components"]["responses"][response["$ref"].split("/")[-1]]
            forms = {}
            for form, content in response.get("content", {}).items():
                schema = {**closed(content["schema"]), "components": document["components"]}
                jsonschema.Draft202012Validator.check_schema(schema)
                forms[form] = jsonschema.Draft202012Validator(schema)
            self.responses[int(status)] = (response, forms)

    def __str__(self):
        return f"{self.method} {self.path}"

    def types(self):
        return list(self.responses[200][1]) if 200 in self.responses else []


class Document:
    def __init__(self, text):
        self.all = json.loads(text)
        assert self.all["openapi"].startswith("3.1"), self.all["openapi"]
        self.operations = [Operation(self.all, path, method, row)
                           for path, methods in self.all["paths"].items() for method, row in methods.items()]

    def methods_of(self, path):
        return {one.method for one in self.operations if one.path == path}


def mistakes_in(operation, answer, said):
    """What an answer has that its operation does not say, or that nobody may be told."""
    status, headers, body = answer
    told = []
    if status not in operation.responses:
        return [f"{status} is not written down"]
    response, forms = operation.responses[status]
    told += [f"no header {name}" for name in SECURITY if name not in headers and status != 101]
    if status in (429, 401, 405):
        wanted = {429: "retry-after", 401: "www-authenticate", 405: "allow"}[status]
        told += [] if wanted in headers else [f"{status} without {wanted}"]
    form = headers.get("content-type", "").split(";")[0]
    if forms and form not in forms and not operation.path.startswith("/assets/"):
        told.append(f"{form or 'no form'} is not written down for {status}")
    elif not forms and body:
        told.append(f"{status} has a body")
    elif form.endswith("json") and form in forms and body:
        told += wrong_json(forms[form], body)
    if status >= 400:
        told += [f"tells {word}" for word in LEAKS if word in body and word not in said]
        if form.endswith("json") and json.loads(body).get("status") != status:
            told.append("says another status than it has")
    if status == 503 and operation.path != "/healthz" and "retry-after" not in headers:
        told.append("503 without retry-after")
    return told


def wrong_json(validator, body):
    try:
        value = json.loads(body)
    except ValueError as error:
        return [f"no JSON: {error}"]
    return [f"{error.json_path}: {error.message[:200]}" for error in list(validator.iter_errors(value))[:3]]
