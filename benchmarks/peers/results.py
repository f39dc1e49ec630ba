"""Results files of `fastvit bench` (schema fastvit4j-bench, version 2): written, joined, renamed."""

import datetime
import json
import os
import statistics
import tempfile

SCHEMA = "fastvit4j-bench"
VERSION = 2


class Mistake(Exception):
    """Something given is wrong; the message is one line."""


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def write(path, results):
    """Writes the file whole or not at all."""
    folder = os.path.dirname(os.path.abspath(path))
    try:
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".peers", suffix=".tmp")
    except OSError as e:
        raise Mistake(f"{path} cannot be written: {e.strerror}; choose a place where you can write")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=2, allow_nan=False)
            file.write("\n")
        os.replace(temporary, path)
    except BaseException as e:
        if os.path.exists(temporary):
            os.remove(temporary)
        if isinstance(e, OSError):
            raise Mistake(f"{path} cannot be written: {e.strerror}; choose a place where you can write")
        raise


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            results = json.load(file)
    except (OSError, ValueError) as e:
        raise Mistake(f"{path} cannot be read: {e}")
    if not isinstance(results, dict) or (results.get("schema"), results.get("schema_version")) != (SCHEMA, VERSION):
        raise Mistake(f"{path} holds no results of schema {SCHEMA}, version {VERSION}: measure again")
    return results


def configuration(row):
    return tuple(row[f] for f in ("model", "device", "height", "width", "batch", "precision", "form", "threads"))


def join(ours, peers):
    """The rows of both as one file: ours, with the peers' rows and devices added."""
    if ours["protocol"]["rounds"] != peers["protocol"]["rounds"]:
        raise Mistake("the two have different numbers of rounds: measure both by the same protocol")
    same = {configuration(row) for row in ours["results"]} & {configuration(row) for row in peers["results"]}
    if same:
        raise Mistake(f"both have the configuration {same.pop()}: join one file of ours with one of peers.py")
    joined = dict(ours)
    joined["environment"] = dict(ours["environment"])
    joined["environment"]["devices"] = {**ours["environment"]["devices"], **peers["environment"]["devices"]}
    joined["finished"] = max(ours["finished"], peers["finished"]) if ours["finished"] and peers["finished"] else None
    joined["results"] = ours["results"] + peers["results"]
    return joined


def differing_machines(ours, peers):
    """What is not the same of the two machines, for a warning."""
    fields = ("os", "architecture", "cores")
    return [f for f in fields if ours["environment"].get(f) != peers["environment"].get(f)]


def rename(peers, mode, device):
    """Only the rows of one mode, under the name of one of our devices, so that `fastvit compare` pairs them."""
    rows = [dict(row) for row in peers["results"] if row["device"].endswith(":" + mode) and row["precision"] != "tf32"]
    if not rows:
        raise Mistake(f"there are no rows of mode {mode}")
    renamed = dict(peers)
    for row in rows:
        row["device"] = device
    renamed["results"] = rows
    return renamed


def ratios(ours, peers):
    """
    Lines that put each of our rows beside the peers' of the same model, size, batch and form: first those of
    the same precision, then the others.
    """
    def key(row):
        return (row["model"], row["height"], row["width"], row["batch"], row["form"])

    pairs = [
        (mine, peer)
        for mine in ours["results"]
        for peer in peers["results"]
        if key(mine) == key(peer) and mine.get("median_ms") and peer.get("median_ms")
    ]
    pairs.sort(key=lambda pair: pair[0]["precision"] != pair[1]["precision"])
    return [line(mine, peer) for mine, peer in pairs]


def line(mine, peer):
    return (
        f"{mine['model']:<6} {mine['form']} batch {mine['batch']:<4} {mine['device']} {mine['precision']}"
        f" {mine['median_ms']:.3f} ms, {peer['device']} {peer['precision']} {peer['median_ms']:.3f} ms:"
        f" ratio {mine['median_ms'] / peer['median_ms']:.2f}{verdict(mine, peer)}"
    )


def verdict(mine, peer):
    """Of float16 beside compiled float16, whether we take at most as long."""
    compiled = peer["device"].endswith(":compiled")
    if not compiled or (mine["precision"], peer["precision"]) != ("float16", "float16"):
        return ""
    return ", met" if mine["median_ms"] <= peer["median_ms"] else ", missed"


def times(rounds):
    """The statistics of a row; `fastvit` computes them anew from the rounds."""
    runs = sorted(t for part in rounds for t in part)
    median = statistics.median(runs)

    def percentile(p):
        return runs[min(len(runs) - 1, max(0, -(-len(runs) * p // 100) - 1))]

    return {
        "counted_runs": len(runs),
        "min_ms": runs[0],
        "median_ms": median,
        "p90_ms": percentile(90),
        "p99_ms": percentile(99),
        "spread_ms": statistics.median(abs(t - median) for t in runs),
    }
