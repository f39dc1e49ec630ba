"""Makes the PyTorch files of this folder: python make_files.py, with torch (2.13 made them).

Tensors named like a dtype hold arange(12) - 3 of shape [3, 4] in that dtype (u8: arange(12)).
"""

import argparse
import collections
import io
import zipfile

import torch


def base(dtype=torch.float32):
    start = 0 if dtype == torch.uint8 else -3
    return torch.arange(start, start + 12).to(dtype).reshape(3, 4)


DTYPES = {
    "f64": torch.float64,
    "f32": torch.float32,
    "f16": torch.float16,
    "bf16": torch.bfloat16,
    "i64": torch.int64,
    "i32": torch.int32,
    "u8": torch.uint8,
}


def dtypes():
    return collections.OrderedDict((name, base(dtype)) for name, dtype in DTYPES.items())


def views():
    whole = base()
    return {
        "whole": whole,
        "transposed": whole.t(),
        "row": whole[1],
        "column": whole[:, 2],
        "steps": whole[::2, 1::2],
        "expanded": whole[2, 3].expand(2, 3),
        "scalar": whole[1, 1],
        "empty": whole[3:],
        "channels_last": torch.arange(24.0).reshape(1, 2, 3, 4).to(memory_format=torch.channels_last),
        "parameter": torch.nn.Parameter(whole),
    }


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(2, 3, 1)
        self.bn = torch.nn.BatchNorm2d(3)


def network():
    torch.manual_seed(1)
    return Network()


def training():
    model = network()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    model.bn(model.conv(torch.ones(1, 2, 2, 2))).sum().backward()
    optimizer.step()
    ema = {name: value * 2 for name, value in model.state_dict().items()}
    checkpoint = {
        "epoch": 7,
        "arch": "tiny",
        "metric": 81.25,
        "state_dict": model.state_dict(),
        "state_dict_ema": ema,
        "optimizer": optimizer.state_dict(),
        "args": argparse.Namespace(
            lr=1e-3, opt="adamw", mean=(0.5, 0.5), resume=None, device=torch.device("cpu"),
            dtype=torch.float32, seed=2**70, classes={1, 2},
        ),
        "mask": torch.tensor([True, False]),
        "resumed": False,
        "config": "tiny.yaml",
    }
    try:
        import numpy

        checkpoint["best"] = numpy.float64(81.25)
        checkpoint["history"] = numpy.arange(3)
    except ImportError:
        pass
    return checkpoint


def save(name, value, **options):
    torch.save(value, name, **options)


def deflated(name, value):
    stored = io.BytesIO()
    torch.save(value, stored)
    with zipfile.ZipFile(stored) as source, zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(info.filename, source.read(info))


save("dtypes.pth", dtypes())
save("views.pt", views())
save("training.pth.tar", training())
save("ema_only.pth", {"state_dict_ema": {"w": base()}, "model": {"v": base()}})
save("parallel.pth", {"model": {"module." + k: v for k, v in network().state_dict().items()}})
deflated("deflated.pth", dtypes())
save("protocol4.pth", {"w": base()}, pickle_protocol=4)
save("legacy.pth", {"w": base()}, _use_new_zipfile_serialization=False)
save("whole_module.pth", network())
save("tensor_only.pth", base())
torch.jit.script(torch.nn.ReLU()).save("script.pt")
torch.serialization.set_crc32_options(False)
save("no_checksums.pth", {"w": base()})
torch.serialization.set_crc32_options(True)

# As on a big-endian machine: the elements' bytes reversed, and the entry that says so.
with zipfile.ZipFile("dtypes.pth") as source, zipfile.ZipFile("big_endian.pth", "w") as target:
    widths = [dtype.itemsize for dtype in DTYPES.values()]
    for info in source.infolist():
        data = source.read(info)
        folder, _, key = info.filename.rpartition("/")
        if folder.endswith("/data"):
            width = widths[int(key)]
            data = b"".join(data[i : i + width][::-1] for i in range(0, len(data), width))
        elif key == "byteorder":
            data = b"big"
        target.writestr(info.filename, data)
