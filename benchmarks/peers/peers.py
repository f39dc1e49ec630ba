#!/usr/bin/env python3
"""Times the public PyTorch models by the protocol of `fastvit bench`, and joins the rows to ours."""

import argparse
import os
import subprocess
import sys
import tempfile
import time

import results
from results import Mistake

BATCH_ON_GPU = 8
WARM_UP_SHARE = 0.2
QUICK_MS = 1000
ROUNDS = 10


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    measure = commands.add_parser("measure", help="time the models")
    measure.add_argument("--model", default="t8,t12,s12,sa12,sa24,sa36,ma36", help="variants, with commas, or all")
    measure.add_argument("--device", default="auto", help="cpu, cuda:0, ...; auto is the first GPU, else cpu")
    measure.add_argument("--mode", default="eager,compiled", help="eager, compiled")
    measure.add_argument("--precision", default=None, help="float32, tf32, float16; by default all that the device has")
    measure.add_argument("--form", default="inference", help="train, inference")
    measure.add_argument("--size", type=positive, default=256)
    measure.add_argument("--batch", default=None, help="pictures in a run, with commas; by default 8 on GPUs, 1 elsewhere")
    measure.add_argument("--threads", type=int, default=0, help="0: all cores")
    measure.add_argument("--warm-up", type=positive, default=100)
    measure.add_argument("--runs", type=positive, default=100)
    measure.add_argument("--rounds", type=positive, default=ROUNDS)
    measure.add_argument("--budget", type=float, default=0, help="seconds for everything together; 0: none")
    measure.add_argument("--compile-mode", default=None, help="of torch.compile; by default max-autotune on GPUs")
    measure.add_argument("--fastvit", help="our launcher: measures ours between the halves of the rounds, and joins")
    measure.add_argument("--fastvit-device", default="auto", help="the device of --fastvit")
    measure.add_argument("-o", "--output", required=True, help="results file")
    join = commands.add_parser("join", help="our rows and the peers' in one file, and their ratios")
    join.add_argument("ours")
    join.add_argument("peers")
    join.add_argument("-o", "--output", required=True)
    rename = commands.add_parser("rename", help="one mode's rows under our device's name, for `fastvit compare`")
    rename.add_argument("peers")
    rename.add_argument("--mode", required=True, choices=("eager", "compiled"))
    rename.add_argument("--as", dest="name", required=True, help="our device's name, such as tornado:cuda:0")
    rename.add_argument("-o", "--output", required=True)
    return parser.parse_args()


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return value


def chosen(text, known, what):
    names = list(known) if text == "all" else text.split(",")
    for name in names:
        if name not in known:
            raise Mistake(f"no {what} {name}: there are {', '.join(known)}")
    return list(dict.fromkeys(names))


def device_of(name):
    import torch

    if name == "auto":
        name = "cuda:0" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError as e:
        raise Mistake(str(e).splitlines()[0])
    if device.type not in ("cpu", "cuda"):
        raise Mistake(f"no device {name}: there are cpu and cuda:N")
    if device.type == "cuda":
        if not torch.cuda.is_available():
            raise Mistake(f"no device {name}: this PyTorch finds no CUDA GPU")
        device = torch.device("cuda", device.index or 0)
        if device.index >= torch.cuda.device_count():
            raise Mistake(f"no device {name}: there are {torch.cuda.device_count()} GPUs")
        torch.cuda.set_device(device)
    return device


def plan(options, device):
    """All configurations, which take turns."""
    from networks import MODES, PRECISIONS, VARIANTS, Network

    cuda = device.type == "cuda"
    precisions = chosen(options.precision or ("all" if cuda else "float32"), PRECISIONS, "precision")
    if "tf32" in precisions and not cuda:
        raise Mistake("tf32 is a CUDA GPU's only: leave it out of --precision")
    batches = [positive(b) for b in (options.batch or str(BATCH_ON_GPU if cuda else 1)).split(",")]
    compile_mode = options.compile_mode or ("max-autotune" if cuda else "default")
    return [
        Network(variant, form, mode, precision, device, options.size, batch, compile_mode)
        for variant in chosen(options.model, VARIANTS, "model")
        for form in chosen(options.form, ("train", "inference"), "form")
        for batch in batches
        for precision in precisions
        for mode in chosen(options.mode, MODES, "mode")
    ]


def guarded(network, action):
    """Runs a step of a configuration; one that fails says so in its row, and the others go on."""
    try:
        return action()
    except Exception as e:  # PyTorch throws what it likes.
        line = " ".join(str(e).split())[:300]
        network.error = f"{type(e).__name__}: {line}"
        print(f"{network.variant} {network.mode} {network.precision}: {network.error}", file=sys.stderr)
        return None


def warm_up(networks, options, end):
    share = (end - time.monotonic()) * WARM_UP_SHARE / max(1, len(networks)) if end else None
    for network in networks:
        start = time.monotonic()
        for _ in range(options.warm_up):
            if network.error or (share is not None and time.monotonic() - start > share):
                break
            guarded(network, network.run)


def measure_round(networks, options, index, end):
    """One round: each configuration in turn, its share of the runs or of the time that is left."""
    rounds_left = options.rounds - index
    runs = options.runs * (index + 1) // options.rounds - options.runs * index // options.rounds
    for position, network in enumerate(networks):
        if network.error:
            continue
        parts = rounds_left * len(networks) - position
        share = max(0, end - time.monotonic()) / parts if end else None
        if not network.rounds or network.rounds[-1][-1] < QUICK_MS:
            guarded(network, network.timed)
        times, start = [], time.monotonic()
        while len(times) < max(1, runs) and (not times or share is None or time.monotonic() - start < share):
            took = guarded(network, network.timed)
            if took is None:
                break
            times.append(took)
        if not network.error:
            network.rounds.append(times)
            guarded(network, network.profile)


def our_precisions(precisions):
    """Those that we have too: PyTorch's tf32 stands beside our float32."""
    return list(dict.fromkeys("float32" if p == "tf32" else p for p in precisions))


def ours(options, precisions):
    """Our rows of the same models, sizes, batches and precisions, by `fastvit bench`."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "ours.json")
        command = [options.fastvit, "bench", "--device", options.fastvit_device, "--model", options.model]
        command += ["--precision", ",".join(our_precisions(precisions))]
        command += ["--form", options.form, "--size", str(options.size), "--threads", str(options.threads)]
        command += ["--warm-up", str(options.warm_up), "--runs", str(options.runs), "--json", path]
        if options.batch:
            command += ["--batch", options.batch]
        if options.budget:
            command += ["--budget", str(int(max(1, options.budget)))]
        try:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.CalledProcessError) as e:
            raise Mistake(f"{options.fastvit} bench failed: {e}")
        return results.read(path)


def measure(options):
    try:
        import torch
        from networks import allow_many_compilations, environment
    except ImportError as e:
        raise Mistake(f"{e}: python3 -m pip install -r requirements.txt")
    options.rounds = min(options.rounds, options.runs)
    if options.fastvit and options.rounds != min(ROUNDS, options.runs):
        raise Mistake(f"fastvit bench measures in {ROUNDS} rounds: leave out --rounds")
    device = device_of(options.device)
    if options.threads:
        torch.set_num_threads(options.threads)
    networks = plan(options, device)
    modes = list(dict.fromkeys(network.mode for network in networks))
    allow_many_compilations()
    file = {"schema": results.SCHEMA, "schema_version": results.VERSION, "version": f"PyTorch {torch.__version__}"}
    file.update(started=results.now(), finished=None, environment=environment(device, modes))
    protocol = {"warm_up_runs": options.warm_up, "runs": options.runs, "rounds": options.rounds}
    file["protocol"] = {**protocol, "budget_s": options.budget}
    file["weights"] = None

    def save():
        file["results"] = [network.row(options.threads, options.rounds) for network in networks]
        results.write(options.output, file)

    save()
    end = time.monotonic() + options.budget if options.budget else None
    for network in networks:
        guarded(network, network.prepare)
    warm_up(networks, options, end)
    between = None
    for index in range(options.rounds):
        if options.fastvit and index == options.rounds // 2:
            paused = time.monotonic()
            between = ours(options, [network.precision for network in networks])
            end = end + time.monotonic() - paused if end else None
        measure_round(networks, options, index, end)
        save()
    file["finished"] = results.now()
    save()
    if between:
        report(between, file)
        results.write(options.output, results.join(between, file))
    else:
        for row in file["results"]:
            median = f"{row['median_ms']:.3f} ms" if row.get("median_ms") else row["error"]
            print(f"{row['model']:<6} {row['form']} batch {row['batch']:<4} {row['device']} {row['precision']}: {median}")
    return 1 if any(network.error for network in networks) else 0


def report(mine, peers):
    for field in results.differing_machines(mine, peers):
        print(f"peers.py: the two files differ in {field}: the ratios are of two machines", file=sys.stderr)
    print("\n".join(results.ratios(mine, peers)))


def main():
    options = arguments()
    try:
        if options.command == "measure":
            return measure(options)
        peers = results.read(options.peers)
        if options.command == "rename":
            results.write(options.output, results.rename(peers, options.mode, options.name))
            return 0
        mine = results.read(options.ours)
        joined = results.join(mine, peers)
        results.write(options.output, joined)
        report(mine, peers)
        return 0
    except (Mistake, argparse.ArgumentTypeError, ValueError) as e:
        print(f"peers.py: {e}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
