"""The PyTorch side of the training benchmark: reads commands as JSON lines, times what it is asked to, answers as JSON lines.

{"prepare": work} -> {"ready": true}; a work has a "kind" (step, forward, simsiam, classes, adamw, lars, product) and
its settings, "side" is default, channels-last or compile
{"run": calls} -> {"seconds": ..., "loss": ...}
{"peak": true} -> {"peak": bytes}
"""

import json
import os
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

THREADS = int(os.environ["OMP_NUM_THREADS"])
DEVICE = os.environ.get("TWOSHOT_REFERENCE_DEVICE", "cpu")


def conv_block(inputs, outputs, *more):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs),
                         nn.ReLU(inplace=True), *more)


class GlobalMean(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


def conv_4(width):
    layers = [conv_block(3 if layer == 0 else width, width, nn.MaxPool2d(2)) for layer in range(4)]
    return nn.Sequential(*layers, GlobalMean()), width


class Residual(nn.Module):
    def __init__(self, block):
        super().__init__()
        self.block = block

    def forward(self, x):
        return x + self.block(x)


def resnet_9(width):
    w = width
    return nn.Sequential(
        conv_block(3, w),
        conv_block(w, 2 * w, nn.MaxPool2d(2)),
        Residual(nn.Sequential(conv_block(2 * w, 2 * w), conv_block(2 * w, 2 * w))),
        conv_block(2 * w, 4 * w, nn.MaxPool2d(2)),
        conv_block(4 * w, 8 * w, nn.MaxPool2d(2)),
        Residual(nn.Sequential(conv_block(8 * w, 8 * w), conv_block(8 * w, 8 * w))),
        GlobalMean(),
    ), 8 * w


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        y = self.bn2(self.conv2(y))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)), inplace=True)


def resnet_18(width):
    layers, inputs = [conv_block(3, width)], width
    for stage in range(4):
        outputs = width << stage
        layers += [BasicBlock(inputs, outputs, 1 if stage == 0 else 2), BasicBlock(outputs, outputs, 1)]
        inputs = outputs
    return nn.Sequential(*layers, GlobalMean()), inputs


class WideBlock(nn.Module):
    """Norm and rectifier before the convolutions (Zagoruyko and Komodakis 2016, the authors' program)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.shortcut = None if inputs == outputs else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        y = F.relu(self.bn1(x), inplace=True)
        z = self.conv2(F.relu(self.bn2(self.conv1(y)), inplace=True))
        return z + (x if self.shortcut is None else self.shortcut(y))


def wrn_28(factor):
    layers, inputs = [nn.Conv2d(3, 16, 3, 1, 1, bias=False)], 16
    for stage in range(3):
        outputs = (16 << stage) * factor
        for block in range(4):
            layers.append(WideBlock(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
            inputs = outputs
    return nn.Sequential(*layers, nn.BatchNorm2d(inputs), nn.ReLU(inplace=True), GlobalMean()), inputs


NETWORKS = {
    "conv-4-64": lambda: conv_4(64),
    "resnet-9": lambda: resnet_9(64),
    "resnet-18": lambda: resnet_18(64),
    "wrn-28-2": lambda: wrn_28(2),
}


def head_norm(width, affine=True):
    return nn.BatchNorm1d(width, affine=affine)


class SimSiam(nn.Module):
    """The heads and the loss that pretrain/simsiam takes by default."""

    def __init__(self, backbone, dim):
        super().__init__()
        self.backbone = backbone
        self.projector = nn.Sequential(nn.Linear(dim, 512, bias=False), head_norm(512), nn.ReLU(inplace=True),
                                       nn.Linear(512, 512, bias=False), head_norm(512, affine=False))
        self.predictor = nn.Sequential(nn.Linear(512, 128, bias=False), head_norm(128), nn.ReLU(inplace=True),
                                       nn.Linear(128, 512))

    def forward(self, one, other):
        z1, z2 = self.projector(self.backbone(one)), self.projector(self.backbone(other))
        p1, p2 = self.predictor(z1), self.predictor(z2)
        return -(F.cosine_similarity(p1, z2.detach()).mean() + F.cosine_similarity(p2, z1.detach()).mean()) / 2


def in_layout(side, module):
    module = module.to(DEVICE)
    return module if side == "default" else module.to(memory_format=torch.channels_last)


def images_in_layout(side, x):
    x = x.to(DEVICE)
    return x.contiguous() if side == "default" else x.contiguous(memory_format=torch.channels_last)


def compiled(side, module):
    return torch.compile(module) if side == "compile" else module


def finished():
    """Waits for the device: what reads a loss back does so by itself."""
    if DEVICE != "cpu":
        torch.cuda.synchronize()
    return 0


def sgd(module, rate):
    return torch.optim.SGD(module.parameters(), lr=rate, momentum=0.9, weight_decay=5e-4, fused=True)


def update(optimiser, loss):
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
    return loss.item()


def classifier(work, side):
    backbone, dim = NETWORKS[work["network"]]()
    return compiled(side, in_layout(side, nn.Sequential(backbone, nn.Linear(dim, 10))))


def step(work, side):
    network = classifier(work, side)
    x = images_in_layout(side, torch.randn(work["batch"], 3, 32, 32))
    y = (torch.arange(work["batch"]) % 10).to(DEVICE)
    optimiser = sgd(network, 0.01)
    return lambda: update(optimiser, F.cross_entropy(network(x), y))


def forward(work, side):
    network = classifier(work, side).eval()
    x = images_in_layout(side, torch.randn(work["batch"], 3, 32, 32))

    def run():
        with torch.inference_mode():
            return network(x).sum().item()

    return run


class Images(torch.utils.data.Dataset):
    """CIFAR-10's binary version, read and decoded once, as torchvision keeps it; an image is augmented when asked for."""

    def __init__(self, folder, views):
        from torchvision.transforms import v2

        files = [os.path.join(folder, f"data_batch_{number}.bin") for number in range(1, 6)]
        records = torch.cat([torch.frombuffer(bytearray(open(file, "rb").read()), dtype=torch.uint8) for file in files])
        records = records.reshape(-1, 1 + 3 * 32 * 32)
        self.labels, self.pixels, self.views = records[:, 0].long(), records[:, 1:].reshape(-1, 3, 32, 32), views
        self.augment = v2.Compose([
            v2.RandomResizedCrop(32, scale=(0.2, 1), antialias=False),
            v2.RandomHorizontalFlip(),
            v2.RandomApply([v2.ColorJitter(0.4, 0.4, 0.4, 0.1)], 0.8),
            v2.RandomGrayscale(0.2),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize([0.4914, 0.4822, 0.4465], [0.247, 0.2435, 0.2616]),
        ])

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, at):
        return [self.augment(self.pixels[at]) for _ in range(self.views)], self.labels[at]


def batches(work, views):
    loader = torch.utils.data.DataLoader(Images(work["folder"], views), batch_size=work["batch"], shuffle=True,
                                         drop_last=True, num_workers=THREADS, persistent_workers=True)
    while True:
        yield from loader


def simsiam(work, side):
    network = compiled(side, in_layout(side, SimSiam(*NETWORKS[work["network"]]())))
    optimiser = sgd(network, 0.03)
    source = batches(work, 2)

    def run():
        (one, other), _ = next(source)
        return update(optimiser, network(images_in_layout(side, one), images_in_layout(side, other)))

    return run


def classes(work, side):
    network = classifier(work, side)
    optimiser = sgd(network, 0.01)
    source = batches(work, 1)

    def run():
        (x,), y = next(source)
        return update(optimiser, F.cross_entropy(network(images_in_layout(side, x)), y.to(DEVICE)))

    return run


class Lars(torch.optim.Optimizer):
    """You et al. 2017; PyTorch has none, so this one uses its operations on lists of tensors."""

    def __init__(self, parameters, lr, momentum, weight_decay, eta):
        super().__init__(parameters, dict(lr=lr, momentum=momentum, weight_decay=weight_decay, eta=eta))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            weights = [p for p in group["params"] if p.ndim > 1]
            if "velocity" not in group:
                group["velocity"] = [torch.zeros_like(p) for p in group["params"]]
            slopes = [p.grad for p in group["params"]]
            gradients = [p.grad for p in weights]
            sizes = torch.stack(torch._foreach_norm(weights))
            norms = torch.stack(torch._foreach_norm(gradients))
            trust = group["eta"] * sizes / (norms + group["weight_decay"] * sizes + 1e-8)
            scales = list(torch.where((sizes > 0) & (norms > 0), trust, 1).unbind())
            decayed = torch._foreach_add(gradients, weights, alpha=group["weight_decay"])
            torch._foreach_mul_(decayed, scales)
            left = iter(decayed)
            slopes = [next(left) if p.ndim > 1 else p.grad for p in group["params"]]
            torch._foreach_mul_(group["velocity"], group["momentum"])
            torch._foreach_add_(group["velocity"], slopes)
            torch._foreach_add_(group["params"], group["velocity"], alpha=-group["lr"])


def optimiser_alone(create):
    def prepare(work, side):
        network = classifier(work, side)
        for parameter in network.parameters():
            parameter.grad = 0.01 * torch.randn_like(parameter)
        optimiser = create(network.parameters())

        def run():
            optimiser.step()
            return finished()

        return run

    return prepare


def product(work, side):
    matrix = torch.ones(work["size"], work["size"], device=DEVICE)

    def run():
        torch.mm(matrix, matrix)
        return finished()

    return run


KINDS = {
    "step": step,
    "forward": forward,
    "simsiam": simsiam,
    "classes": classes,
    "adamw": optimiser_alone(lambda parameters: torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.05, fused=True)),
    "lars": optimiser_alone(lambda parameters: Lars(parameters, lr=0.1, momentum=0.9, weight_decay=1e-4, eta=0.001)),
    "product": product,
}


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    torch.set_num_threads(THREADS)
    torch.manual_seed(1)
    run = None
    for line in sys.stdin:
        command = json.loads(line)
        reply = {}
        if "prepare" in command:
            work = command["prepare"]
            run = KINDS[work["kind"]](work, work["side"])
        elif "run" in command:
            start = time.perf_counter()
            for _ in range(command["run"]):
                reply["loss"] = run()
            reply["seconds"] = time.perf_counter() - start
        elif "peak" in command:
            reply["peak"] = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps(reply), file=answers, flush=True)


if __name__ == "__main__":
    main()
