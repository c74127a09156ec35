#!/usr/bin/env python3
"""Holds every exchange of every scenario against the official API descriptions of Power BI and Fabric.

usage: check.py BINARY FOLDER   (FOLDER holds powerbi-swagger.json and fabric/)

Requests: method, path, query parameters and body. Replies of success: members, types and listed values. Replies are
reduced when they are recorded, so that missing members are no fault.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

# Members that the services send and the descriptions lack, or spell otherwise.
UNDESCRIBED = {"@odata.context", "@odata.count", "datasetWorkspaceId", "tenantSettings"}
# `Group.type` is no member of the description; every recorded workspace has it.
UNDESCRIBED_OF_GROUP = {"type"}


class Description:
    """One file of operations, with the files that it refers to."""

    def __init__(self, file, base):
        self.file = pathlib.Path(file)
        self.files = {}
        self.paths = []
        for path, operations in self.load(self.file)["paths"].items():
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(base + path))
            self.paths.append((re.compile(pattern + "$", re.IGNORECASE), operations))

    def load(self, file):
        file = file.resolve()
        if file not in self.files:
            self.files[file] = json.loads(file.read_text())
        return self.files[file]

    def resolve(self, schema, file):
        while "$ref" in schema:
            place, _, pointer = schema["$ref"].partition("#")
            file = (file.parent / place) if place else file
            schema = self.load(file)
            for part in pointer.strip("/").split("/"):
                schema = schema[part]
        return schema, file

    def members(self, schema, file):
        """Every member of an object, those of its parts too. Empty: anything may stand there."""
        schema, file = self.resolve(schema, file)
        found = {name: (part, file) for name, part in schema.get("properties", {}).items()}
        for part in schema.get("allOf", []):
            found |= self.members(part, file)
        return found

    def faults(self, value, schema, file, at):
        schema, file = self.resolve(schema, file)
        if isinstance(value, dict) and "form" in value and schema.get("type") == "string":
            return  # A saved run has the form of a token in place of the token.
        kinds = {"string": str, "integer": int, "boolean": bool, "number": (int, float), "array": list}
        kind = kinds.get(schema.get("type"))
        if kind and not isinstance(value, kind):
            yield f"{at} is no {schema['type']}"
        elif isinstance(value, list):
            for item in value:
                yield from self.faults(item, schema.get("items", {}), file, f"{at}[]")
        elif isinstance(value, dict):
            # The descriptions write IsEffectiveIdentityRequired, recorded answers isEffectiveIdentityRequired.
            members = {name.lower(): member for name, member in self.members(schema, file).items()}
            for name, part in value.items():
                allowed = name in UNDESCRIBED or (name in UNDESCRIBED_OF_GROUP and "isReadOnly" in value)
                if name.lower() in members:
                    yield from self.faults(part, *members[name.lower()], f"{at}.{name}")
                elif members and not allowed:
                    yield f"{at}.{name} is not described"
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{at} is {value!r}, not one of {schema['enum']}"

    def operation(self, method, path):
        # A path without parameters goes before one with: /groups/{id} is not /groups/something.
        found = [operations for pattern, operations in self.paths if pattern.match(path)]
        return next((o[method] for o in found if method in o), None)

    def check(self, request, reply):
        url = urllib.parse.urlsplit(request["url"])
        method = request["method"].lower()
        operation = self.operation(method, url.path)
        if operation is None:
            yield f"no operation {request['method']} {url.path}"
            return
        parameters = [self.resolve(p, self.file)[0] for p in operation.get("parameters", [])]
        given = urllib.parse.parse_qs(url.query, keep_blank_values=True)
        known = {p["name"] for p in parameters if p["in"] == "query"}
        needed = {p["name"] for p in parameters if p["in"] == "query" and p.get("required")}
        for name in given.keys() - known:
            yield f"{url.path}: the parameter {name} is not described"
        for name in needed - given.keys():
            yield f"{url.path}: the parameter {name} is missing"
        body = next((p for p in parameters if p["in"] == "body"), None)
        if body and "json" in request:
            yield from self.faults(request["json"], body["schema"], self.file, "request")
        schema = operation["responses"].get("200", {}).get("schema")
        if schema and reply and 200 <= reply["status"] < 300 and isinstance(reply["body"], dict):
            yield from self.faults(reply["body"].get("json", {}), schema, self.file, "reply")


def main():
    binary, folder = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    power_bi = [Description(folder / "powerbi-swagger.json", "")]
    fabric = [Description(folder / "fabric/admin/swagger.json", "/v1/admin"),
              Description(folder / "fabric/platform/swagger.json", "/v1")]
    scenarios = sorted(pathlib.Path(__file__).parents[2].glob("fixtures/scenarios/**/*.toml"))
    checked, faults = 0, []
    with tempfile.TemporaryDirectory() as place:
        for scenario in scenarios:
            bundle = os.path.join(place, "run.json")
            subprocess.run([binary, "doctor", "--sim", str(scenario), "--bundle", bundle], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for exchange in json.load(open(bundle))["record"]["exchanges"]:
                request = exchange["request"]
                descriptions = {"power-bi": power_bi, "fabric": fabric}.get(request["service"])
                # Nobody describes the ways to a token so: Entra, managed identities, the issuers of pipelines, az.
                if descriptions is None:
                    continue
                path = urllib.parse.urlsplit(request["url"]).path
                method = request["method"].lower()
                chosen = next((d for d in descriptions if d.operation(method, path)), descriptions[0])
                checked += 1
                for fault in chosen.check(request, exchange["outcome"].get("reply")):
                    faults.append(f"{scenario.stem}, {request['name']}: {fault}")
    for fault in sorted(set(faults)):
        print(fault)
    print(f"{checked} exchanges held against the API descriptions, {len(set(faults))} faults")
    return 1 if faults or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
