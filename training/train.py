#!/usr/bin/env python3
"""Trains the ranker: reads the texts of the repository, writes `rules/ranker.weights`.

usage: train.py FEATURES [--out FILE] [--cross-validate]

FEATURES is the program of `training/features.rs`. `just train` builds it and calls this. The same texts give the same
file: nothing is drawn by chance. The form of the file is told in `src/ranker/weights.rs`.
"""
import argparse
import collections
import itertools
import json
import pathlib
import struct
import subprocess
import sys

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from corpus import NO_FAILURE, BadCorpus, corpus

ROOT = pathlib.Path(__file__).resolve().parent.parent
# How much a text counts. An incident is as things are; a rule's explanation is no text that anybody pastes.
WEIGHT = {"incident": 3.0, "told": 1.0, "fixture": 1.0, "healthy": 3.0, "rule": 0.5}
# What a text leaves open counts as this share of it, together.
OPEN = 0.4
WEIGHT_OF_A_FACT = 0.2
STRENGTH = 10.0
ROUNDS = 60
MOST_FEATURES = 46_000
MOST_ENTRIES = 720_000

def seen(program, rows):
    """What the program reads from each text: words, pieces, facts, and what the rules say."""
    lines = "".join(json.dumps({"id": at, "text": r["text"]}) + "\n" for at, r in enumerate(rows))
    done = subprocess.run([program], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    if len(found) != len(rows):
        raise BadCorpus(f"{program} answered {len(found)} of {len(rows)} texts")
    return found


class Features:
    """The features of all texts as matrices, one a kind; a column is a hash."""

    def __init__(self, found):
        self.kinds = {kind: self.matrix(found, kind) for kind in ("words", "pieces", "hashed")}

    @staticmethod
    def matrix(found, kind):
        hashes = np.array(sorted({int(h) for f in found for h in f[kind]}), dtype=np.uint32)
        column = {h: at for at, h in enumerate(hashes.tolist())}
        rows, columns, values = [], [], []
        for at, f in enumerate(found):
            for h, count in f[kind].items():
                rows.append(at)
                columns.append(column[int(h)])
                values.append(1.0 + np.log(count))
        shape = (len(found), len(hashes))
        return hashes, sp.csr_matrix((values, (rows, columns)), shape, dtype=np.float32)

    def design(self, train, chosen=None):
        """The matrix to train on, with the hash and the rarity of each column. `chosen`: the hashes to keep."""
        parts, hashes, rarities = [], [], []
        for kind, (names, counts) in self.kinds.items():
            often = np.asarray((counts[train] > 0).sum(0)).ravel()
            keep = often >= (3 if kind == "pieces" else 2)
            if chosen is not None:
                keep &= np.isin(names, chosen)
            rarity = np.log((1 + len(train)) / (1 + often[keep])) + 1
            part = counts[:, keep]
            if kind == "hashed":
                rarity[:] = 1.0
                part = (part > 0).astype(np.float32) * WEIGHT_OF_A_FACT
            else:
                part = sp.csr_matrix(part.multiply(rarity))
                length = np.sqrt(np.asarray(part.multiply(part).sum(1)).ravel())
                part = sp.diags(1 / np.where(length > 0, length, 1)) @ part
            parts.append(part)
            hashes.append(names[keep])
            rarities.append(rarity)
        design = sp.csr_matrix(sp.hstack(parts), dtype=np.float32)
        return design, np.concatenate(hashes), np.concatenate(rarities).astype(np.float32)


def fit(design, rows, train, classes):
    number = {name: at for at, name in enumerate(classes)}
    at, label, weight = [], [], []
    for i in train:
        r = rows[i]
        full = WEIGHT[r["kind"]]
        also = [name for name in r["also"] if name in number]
        at.append(i), label.append(number[r["label"]]), weight.append(full)
        for name in also:
            at.append(i), label.append(number[name]), weight.append(full * OPEN / len(also))
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=1e-3)
    model.fit(design[at], label, sample_weight=weight)
    return model.coef_.astype(np.float32), model.intercept_.astype(np.float32)


def trained(features, rows, train, classes):
    """Hashes, rarities, weights (class × feature) and biases; weights are those that are kept, as they are written."""
    design, hashes, rarities = features.design(train)
    weights, _ = fit(design, rows, train, classes)
    power = np.abs(weights * np.sqrt(np.asarray(design[train].multiply(design[train]).mean(0))).ravel()).max(0)
    chosen = hashes[np.sort(np.argsort(-power, kind="stable")[:MOST_FEATURES])]
    design, hashes, rarities = features.design(train, chosen)
    weights, biases = fit(design, rows, train, classes)
    units = np.maximum(np.abs(weights).max(1), 1e-6) / 127
    steps = np.round(weights / units[:, None]).astype(np.int8)
    size = np.abs(steps * units[:, None])
    least = np.sort(size[steps != 0])[::-1][: MOST_ENTRIES][-1]
    steps[size < least] = 0
    return design, hashes, rarities, steps, units.astype(np.float32), biases


def written(classes, hashes, rarities, steps, units, biases):
    order = np.argsort(hashes, kind="stable")
    steps = steps[:, order]
    of_class, columns = np.nonzero(steps.T)[1], np.nonzero(steps.T)[0]
    starts = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=len(order)))]).astype("<u4")
    values = steps.T[columns, of_class]
    body = struct.pack("<III", len(classes), len(order), len(values))
    for name, bias, unit in zip(classes, biases, units):
        body += bytes([len(name)]) + name.encode() + struct.pack("<ff", bias, unit)
    body += hashes[order].astype("<u4").tobytes() + rarities[order].astype("<f4").tobytes() + starts.tobytes()
    body += np.stack([of_class.astype(np.uint8), values.view(np.uint8)], axis=1).tobytes()
    return b"pbirank1" + struct.pack("<II", len(body) + 16, fnv(body)) + body


def fnv(data):
    total = 0x811C9DC5
    for byte in data:
        total = ((total ^ byte) * 0x01000193) & 0xFFFFFFFF
    return total


def ranked(scores, classes, excluded):
    order = np.argsort(-scores, kind="stable")
    return [classes[at] for at in order if classes[at] not in excluded and classes[at] != NO_FAILURE]


def behind(rules, words):
    """The rules' causes as they stand, and behind them what the words say."""
    return rules + [name for name in words if name not in rules]


def together(findings, scores, classes, excluded):
    """The order of `src/diagnose`: certain ones first, the rest by words and rules together. What words alone propose goes
    behind what a service's own words make likely, where this leads."""
    bonus = {"likely": 2.0, "possible": 1.0}
    number = {name: at for at, name in enumerate(classes)}
    chance = np.exp(scores - scores.max())
    chance /= chance.sum()
    points, told = {}, set()
    for name in ranked(scores, classes, excluded)[:30]:
        points[name] = float(np.log(chance[number[name]] + 1e-9))
    for place, (name, sure, by_service) in enumerate(findings):
        base = points.get(name, float(np.log((chance[number[name]] if name in number else 1e-4) + 1e-6)))
        points[name] = base + (100.0 if sure == "certain" else bonus[sure]) - 0.2 * place
        told |= {name} if sure == "likely" and by_service or sure == "certain" else set()
    names = sorted(points, key=lambda name: -points[name])
    named = {name for name, *_ in findings}
    surer = list(itertools.takewhile(told.__contains__, (name for name in names if name in named)))
    return surer + [name for name in names if name not in surer]


def cross_validate(features, rows, found, classes, folds=4):
    """Scores incidents by a model that was trained without them, by thread."""
    incidents = [at for at, r in enumerate(rows) if r["kind"] == "incident"]
    harmless = [at for at, r in enumerate(rows) if r["label"] == NO_FAILURE and r["kind"] == "told"]
    counts = collections.defaultdict(collections.Counter)
    for fold in range(folds):
        held = {at for n, at in enumerate(incidents) if n % folds == fold}
        held |= {at for n, at in enumerate(harmless) if n % folds == fold}
        train = [at for at in range(len(rows)) if at not in held]
        design, _, _, steps, units, biases = trained(features, rows, train, classes)
        scores = np.asarray(design[sorted(held)] @ (steps * units[:, None]).T) + biases
        for at, score in zip(sorted(held), scores):
            judge(counts, rows[at], found[at], score, classes)
    for name, count in counts.items():
        print(f"{name:32}", "  ".join(f"{what} {count[what, True] / (count[what, True] + count[what, False]):.3f}"
                                      for what in sorted({what for what, _ in count})))


def judge(counts, r, f, score, classes):
    if r["label"] == NO_FAILURE:
        chance = np.exp(score - score.max())
        chance = chance[classes.index(NO_FAILURE)] / chance.sum()
        for least in (0.3, 0.5, 0.7):
            counts["no failure"][f"above {least}", bool(chance > least)] += 1
        return
    excluded = set(f["ruled_out"])
    rules = [name for name, *_ in f["findings"]]
    words = ranked(score, classes, excluded)
    file = r["thread"].split()[0]
    for way, names in (("rules", rules), ("words", words), ("rules, then words", behind(rules, words)),
                       ("together", together(f["findings"], score, classes, excluded))):
        count = counts[f"{file}: {way}"]
        count["first three", bool(r["right"] & set(names[:3]))] += 1
        first = names[0] if names else None
        if r["decides"]:
            count["first right", first in r["right"]] += 1
        else:
            count["plausible", first in r["right"] | r["left"]] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("features")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "rules/ranker.weights")
    parser.add_argument("--root", type=pathlib.Path, default=ROOT, help="the repository whose texts are read")
    parser.add_argument("--without", action="append", default=[], help="texts of this file are left out: `second`, `none tried`")
    parser.add_argument("--cross-validate", action="store_true")
    options = parser.parse_args()
    try:
        left_out = tuple(f"{name} " for name in options.without)
        rows = [r for r in corpus(options.root) if not (left_out and (r["thread"] or "").startswith(left_out))]
        found = seen(options.features, rows)
    except BadCorpus as why:
        print(f"train.py: {why}", file=sys.stderr)
        return 1
    classes = sorted({r["label"] for r in rows})
    features = Features(found)
    print(f"{len(rows)} texts, {len(classes)} classes", file=sys.stderr)
    if options.cross_validate:
        cross_validate(features, rows, found, classes)
        return 0
    _, hashes, rarities, steps, units, biases = trained(features, rows, list(range(len(rows))), classes)
    file = written(classes, hashes, rarities, steps, units, biases)
    options.out.write_bytes(file)
    print(f"{options.out}: {len(file)} bytes, {len(hashes)} features, {int((steps != 0).sum())} weights", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
