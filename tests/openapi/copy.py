#!/usr/bin/env python3
"""Makes the copy of the official API descriptions that check.py reads: without prose and examples.

usage: copy.py FOLDER   (FOLDER holds powerbi-swagger.json, powerbi-LICENSE.txt and fabric/)
"""
import json
import pathlib
import shutil
import sys

ROOTS = ["powerbi-swagger.json", "fabric/admin/swagger.json", "fabric/platform/swagger.json"]
LICENCES = {"powerbi-LICENSE.txt": "powerbi-LICENSE.txt", "fabric/LICENSE.txt": "fabric/LICENSE.txt"}
PROSE = {"description", "summary", "example", "examples", "externalDocs", "x-ms-examples", "tags", "title"}


def without_prose(value, named=False):
    """`named`: the members are names of the API, not words of the description."""
    if isinstance(value, list):
        return [without_prose(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: without_prose(part, named=not named and name in {"properties", "definitions", "paths", "parameters"})
        for name, part in value.items()
        if named or name not in PROSE
    }


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].partition("#")[0]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from references(part)


def main():
    source, copy = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(__file__).parent
    open_files, done = [source / root for root in ROOTS], set()
    while open_files:
        file = open_files.pop().resolve()
        # The source lacks files of items that nobody asks for here.
        if file in done or not file.exists():
            continue
        done.add(file)
        description = without_prose(json.loads(file.read_text()))
        open_files += [file.parent / place for place in references(description) if place]
        target = copy / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(description, separators=(",", ":")) + "\n")
    for licence, name in LICENCES.items():
        shutil.copyfile(source / licence, copy / name)


if __name__ == "__main__":
    main()
