"""The public PyTorch models, each as a function from a batch in the host's memory to logits there."""

import copy
import os
import platform
import time

import torch
import timm
from timm.utils.model import reparameterize_model

VARIANTS = ("t8", "t12", "s12", "sa12", "sa24", "sa36", "ma36")
MODES = ("eager", "compiled")
PRECISIONS = ("float32", "tf32", "float16")
SEED = 1


def allow_many_compilations():
    """Each variant compiles the same code anew; past the limit, PyTorch would run eagerly and not say so."""
    config = torch._dynamo.config
    for limit in ("recompile_limit", "accumulated_recompile_limit", "cache_size_limit", "accumulated_cache_size_limit"):
        if hasattr(config, limit):
            setattr(config, limit, 100_000)
    if hasattr(config, "fail_on_recompile_limit_hit"):
        config.fail_on_recompile_limit_hit = True


def describe(device, modes):
    """What a results file tells of the devices."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor() or platform.machine()
    facts = {"pytorch": torch.__version__, "timm": timm.__version__, "threads": torch.get_num_threads()}
    if device.type == "cuda":
        facts.update(cuda=torch.version.cuda, cudnn=torch.backends.cudnn.version())
    return {f"pytorch:{device}:{mode}": {"description": f"PyTorch {torch.__version__} on {name}, {mode}", **facts} for mode in modes}


class Network:
    """One configuration: a model with random weights, prepared on the device."""

    def __init__(self, variant, form, mode, precision, device, size, batch, compile_mode):
        self.variant, self.form, self.mode, self.precision = variant, form, mode, precision
        self.device, self.size, self.batch = device, size, batch
        self.compile_mode = compile_mode
        self.rounds, self.breakdowns, self.told, self.error = [], [], None, None

    def prepare(self):
        """Builds, folds and compiles; fills what a row tells beside the times."""
        torch.manual_seed(SEED)
        model = timm.create_model("fastvit_" + self.variant, pretrained=False).eval()
        if self.form == "inference":
            model = reparameterize_model(model)
        generator = torch.Generator().manual_seed(SEED)
        images = torch.rand(self.batch, 3, self.size, self.size, generator=generator) * 4 - 2
        self.input = images.contiguous(memory_format=torch.channels_last)
        if self.device.type == "cuda":
            self.input = self.input.pin_memory()
        exact = self._exact(model, self.input[:1])
        self.type = torch.float16 if self.precision == "float16" else torch.float32
        network = model.to(device=self.device, dtype=self.type, memory_format=torch.channels_last)
        macs = self._macs(network)
        self.network = torch.compile(network, mode=self.compile_mode) if self.mode == "compiled" else network
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.device)
        start = time.perf_counter()
        logits = self.run()
        compile_ms = (time.perf_counter() - start) * 1000
        error = (logits[:1].double() - exact).abs().max().item()
        largest = exact.abs().max().item()
        weights = sum(p.numel() * p.element_size() for p in network.parameters())
        cuda = self.device.type == "cuda"
        self.told = {
            "parameters": sum(p.numel() for p in network.parameters()),
            "macs": macs,
            "compile_ms": compile_ms,
            "peak_memory_bytes": torch.cuda.max_memory_allocated(self.device) if cuda else weights,
            "parity": {"max_logit_error": error, "max_logit": largest, "height": self.size, "width": self.size},
        }

    @staticmethod
    def _exact(model, image):
        with torch.inference_mode():
            return copy.deepcopy(model).double()(image.double())

    def _macs(self, network):
        from torch.utils.flop_counter import FlopCounterMode

        with torch.inference_mode(), FlopCounterMode(display=False) as counter:
            network(self.input[:1].to(self.device, self.type))
        return counter.get_total_flops() // 2

    def select(self):
        """Global switches, which compiled code was made for."""
        allowed = self.precision == "tf32"
        torch.backends.cuda.matmul.allow_tf32 = allowed
        torch.backends.cudnn.allow_tf32 = allowed
        torch.backends.cudnn.benchmark = True

    def run(self):
        """From a batch in the host's memory to logits there, which is what `fastvit bench` times."""
        self.select()
        with torch.inference_mode():
            on_device = self.input.to(self.device, non_blocking=True).to(self.type)
            return self.network(on_device).float().cpu()

    def timed(self):
        start = time.perf_counter()
        self.run()
        return (time.perf_counter() - start) * 1000

    def profile(self):
        """One run by the GPU's timers: the network alone, and the copies. Elsewhere, there are none."""
        if self.device.type != "cuda":
            return
        self.select()
        marks = [torch.cuda.Event(enable_timing=True) for _ in range(4)]
        with torch.inference_mode():
            marks[0].record()
            on_device = self.input.to(self.device, non_blocking=True).to(self.type)
            marks[1].record()
            logits = self.network(on_device)
            marks[2].record()
            logits.float().cpu()
            marks[3].record()
        torch.cuda.synchronize(self.device)
        copies = marks[0].elapsed_time(marks[1]) + marks[2].elapsed_time(marks[3])
        self.breakdowns.append({"steps_ms": [marks[1].elapsed_time(marks[2])], "transfers_ms": copies})

    def row(self, threads, rounds):
        """The row of the results file."""
        from results import times

        row = {
            "model": self.variant,
            "device": f"pytorch:{self.device}:{self.mode}",
            "height": self.size,
            "width": self.size,
            "batch": self.batch,
            "precision": self.precision,
            "form": self.form,
            "threads": threads,
            "preset": None,
            "published": None,
            "status": "failed" if self.error else "measured" if len(self.rounds) == rounds else "unfinished",
            "error": self.error,
        }
        if self.told:
            row.update(self.told)
        if self.rounds:
            row.update(times(self.rounds))
            row["images_per_second"] = self.batch / row["median_ms"] * 1000
        step = {"name": "network", "stage": "", "operator": "network", "operators": "network", "kernel": "PyTorch", "bytes": 0}
        row["steps"] = [{**step, "macs": self.told["macs"]}] if self.breakdowns else []
        row["rounds_ms"] = self.rounds
        row["probes"] = []
        row["breakdowns"] = self.breakdowns
        return row


def environment(device, modes):
    architecture = {"x86_64": "amd64", "AMD64": "amd64"}.get(platform.machine(), platform.machine())
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "os": f"{platform.system()} {platform.release()}",
        "architecture": architecture,
        "cores": cores,
        "java": f"none: Python {platform.python_version()}",
        "tornadovm": None,
        "flags": [],
        "devices": describe(device, modes),
    }
