"""The texts to train on: those of `fixtures/corpus`, the fixtures, and what the rules say."""
import glob
import os
import pathlib
import tomllib

NO_FAILURE = "none"
VOICES = {"console", "trace", "log", "http", "json", "page", "source", "ticket", "chat"}


class BadCorpus(Exception):
    """A file of the corpus that can't be used: which, where, why."""


def texts_of(file):
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise BadCorpus(f"{file}: {why}") from why
    texts = table.get("text")
    if set(table) != {"text"} or not isinstance(texts, list) or not texts:
        raise BadCorpus(f"{file}: it has to hold [[text]] tables and nothing else")
    return texts


def checked(file, place, text, causes, fields):
    where = f"{file}, text {place + 1}"
    for name in text.keys() - fields:
        raise BadCorpus(f"{where}: no field is called {name}; known: {', '.join(sorted(fields))}")
    if not isinstance(text.get("text"), str) or not text["text"].strip():
        raise BadCorpus(f"{where}: `text` is missing or empty")
    if "voice" in fields and text.get("voice") not in VOICES:
        raise BadCorpus(f"{where}: `voice` is {text.get('voice')!r}; known: {', '.join(sorted(VOICES))}")
    for name in [text.get("cause"), *text.get("also", []), *text.get("open", [])]:
        if name is not None and name not in causes:
            raise BadCorpus(f"{where}: {name} is no cause: there is no rule and no text of this name")
    return text


def row(kind, label, text, also=(), thread=None, **more):
    return {"kind": kind, "label": label, "text": text, "also": [a for a in also if a != label], "thread": thread, **more}


def corpus(root):
    """Every text to train on, in an order that doesn't change."""
    folder = root / "fixtures/corpus"
    told = sorted((folder / "causes").glob("*.toml"))
    rules = [file for file in sorted((root / "rules").glob("*/*.toml")) if is_rule(file)]
    causes = {file.stem for file in [*told, *rules]}
    rows = []
    for file in told:
        for place, text in enumerate(texts_of(file)):
            checked(file, place, text, causes, {"voice", "lang", "also", "text"})
            rows.append(row("told", file.stem, text["text"], text.get("also", [])))
    for file in sorted((folder / "none").glob("*.toml")):
        for place, text in enumerate(texts_of(file)):
            checked(file, place, text, causes, {"voice", "lang", "text"})
            rows.append(row("told", NO_FAILURE, text["text"], thread=f"none {file.stem} {place}"))
    for file in sorted((folder / "incidents").glob("*.toml")):
        for place, text in enumerate(texts_of(file)):
            checked(file, place, text, causes, {"incident", "cause", "also", "open", "decides", "text"})
            also, left = text.get("also", []), text.get("open", [])
            thread = f"{file.stem} {text['incident']}"
            rows.append(row("incident", text["cause"], text["text"], also + left, thread, right={text["cause"], *also},
                            left=set(left), decides=text["decides"]))
    rows.extend(fixtures(root))
    rows.extend(explanations(rules))
    if not any(r["kind"] == "told" for r in rows):
        raise BadCorpus(f"{folder}: there is no text in it")
    return rows


def is_rule(file):
    return file.parent.name not in {"codes", "reference", "wording"}


def fixtures(root):
    for file in sorted([*glob.glob(f"{root}/fixtures/causes/*/*"), *glob.glob(f"{root}/fixtures/healthy/*")]):
        if not file.endswith((".txt", ".json")) or os.path.getsize(file) > 16_384:
            continue
        text = pathlib.Path(file).read_text(encoding="utf-8", errors="replace")
        if '"pbiauth.bundle' not in text:
            folder = pathlib.Path(file).parent.name
            healthy = folder == "healthy"
            yield row("healthy" if healthy else "fixture", NO_FAILURE if healthy else folder, text)


def explanations(rules):
    for file in rules:
        rule = tomllib.loads(file.read_text(encoding="utf-8"))
        explain = rule["explain"]
        yield row("rule", file.stem, f"{rule['title']}. {explain['cause']} {explain.get('confirm', '')}")
