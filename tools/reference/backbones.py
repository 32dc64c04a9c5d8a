"""Records what the networks of torchvision and timm compute, for packages/nn/src/backbones/reference.test.ts.

    python tools/reference/backbones.py packages/nn/src/backbones/reference.json

Needs timm==1.0.31 beside requirements.txt. Weights, running statistics and images follow from their names by a formula
that the test knows too (formula-tensor.fixture.ts), so that no weights need to be stored.
"""

import json
import math
import sys

import numpy as np
import timm
import torch
import torchvision
from timm.models.senet import SENet, SEResNetBottleneck, SEResNeXtBottleneck
from torch import nn
from torchvision.models.densenet import DenseNet
from torchvision.models.resnet import BasicBlock, Bottleneck

SHOWN = 64
RATE = 0.05


def uniform(name, count):
    """Numbers in [0, 1) of 24 bits: the name's FNV-1a hash, counted up, through the finaliser of MurmurHash3."""
    seed = 2166136261
    for byte in name.encode():
        seed = (seed ^ byte) * 16777619 % 2**32
    h = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(seed)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return (h >> np.uint32(8)).astype(np.float64) / 2**24


def formula(name, shape):
    u = uniform(name, math.prod(shape))
    if name.endswith("running_var"):
        values = 0.5 + u
    elif len(shape) > 1:
        values = (2 * u - 1) * math.sqrt(3 / math.prod(shape[1:]))
    elif name.endswith("weight"):
        values = 0.75 + u / 2
    else:
        values = (2 * u - 1) / 5
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def images(batch, height, width, channels):
    u = uniform("images", batch * height * width * channels)
    values = (4 * u - 2).astype(np.float32).reshape(batch, height, width, channels)
    return torch.from_numpy(values).permute(0, 3, 1, 2).contiguous()


def fill(network):
    state = network.state_dict()
    filled = {name: formula(name, t.shape) for name, t in state.items() if t.is_floating_point()}
    network.load_state_dict({**state, **filled})
    return network


class SmallResNet(nn.Module):
    """A residual network of torchvision's blocks with any number of stages, as for CIFAR (He et al. 2016)."""

    def __init__(self, block, depths, width, classes, stem="conv"):
        super().__init__()
        self.conv1, self.maxpool = stem_of(stem, 3, width)
        self.bn1 = nn.BatchNorm2d(width)
        self.stages = len(depths)
        inputs = width
        for stage, depth in enumerate(depths):
            planes = width * 2**stage
            blocks = []
            for i in range(depth):
                stride = 2 if stage > 0 and i == 0 else 1
                out = planes * block.expansion
                downsample = None
                if stride != 1 or inputs != out:
                    downsample = nn.Sequential(nn.Conv2d(inputs, out, 1, stride, bias=False), nn.BatchNorm2d(out))
                blocks.append(block(inputs, planes, stride, downsample))
                inputs = out
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
        return self.fc(x.mean((2, 3)))


class WideBlock(nn.Module):
    def __init__(self, inputs, out, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, out, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.convShortcut = nn.Conv2d(inputs, out, 1, stride, bias=False) if inputs != out else None

    def forward(self, x):
        active = torch.relu(self.bn1(x))
        y = self.conv2(torch.relu(self.bn2(self.conv1(active))))
        return y + (x if self.convShortcut is None else self.convShortcut(active))


class WideStage(nn.Module):
    def __init__(self, inputs, out, depth, stride):
        super().__init__()
        self.layer = nn.Sequential(
            *[WideBlock(inputs if i == 0 else out, out, stride if i == 0 else 1) for i in range(depth)]
        )

    def forward(self, x):
        return self.layer(x)


class WideResNet(nn.Module):
    """WRN-n-k as in the paper (Zagoruyko and Komodakis 2016), names of xternalz/WideResNet-pytorch."""

    def __init__(self, depths, width, classes, stem="conv"):
        super().__init__()
        self.conv1, self.pool = stem_of(stem, 3, 16)
        inputs = 16
        self.stages = len(depths)
        for stage, depth in enumerate(depths):
            out = width * 2**stage
            setattr(self, f"block{stage + 1}", WideStage(inputs, out, depth, 1 if stage == 0 else 2))
            inputs = out
        self.bn1 = nn.BatchNorm2d(inputs)
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.pool(self.conv1(x))
        for stage in range(self.stages):
            x = getattr(self, f"block{stage + 1}")(x)
        return self.fc(torch.relu(self.bn1(x)).mean((2, 3)))


def stem_of(stem, channels, width):
    if stem == "conv":
        return nn.Conv2d(channels, width, 3, 1, 1, bias=False), nn.Identity()
    return nn.Conv2d(channels, width, 7, 2, 3, bias=False), nn.MaxPool2d(3, 2, 1)


def torchvision_resnet(name, classes, stem):
    network = getattr(torchvision.models, name)(num_classes=classes)
    if stem == "conv":
        network.conv1, network.maxpool = stem_of(stem, 3, 64)
    return network


def torchvision_densenet(depths, width, classes, stem):
    network = DenseNet(width, tuple(depths), 2 * width, num_classes=classes)
    if stem == "conv":
        network.features.conv0, network.features.pool0 = stem_of(stem, 3, 2 * width)
    return network


def timm_senet(name, classes, stem):
    return small_senet_stem(timm.create_model(name, num_classes=classes), stem)


def short_senet(cardinality, depths, classes, stem):
    """timm's SENet always has four stages."""
    block = SEResNetBottleneck if cardinality == 1 else SEResNeXtBottleneck
    options = dict(downsample_kernel_size=1, downsample_padding=0, inplanes=64, input_3x3=False)
    network = SENet(block, depths, groups=cardinality, reduction=16, drop_rate=0, num_classes=classes, **options)
    return small_senet_stem(network, stem)


def small_senet_stem(network, stem):
    if stem == "conv":
        network.layer0.conv1, network.pool0 = stem_of(stem, 3, 64)
    return network


def case(label, network, build, image, classes, stem=None, depths=None, width=None, train=False):
    return dict(
        label=label,
        network=network,
        build=build,
        images=image,
        classes=classes,
        settings=dict(stem=stem, width=width, depths=depths),
        train=train,
    )


CIFAR, SMALL, LARGE = [2, 32, 32, 3], [4, 32, 32, 3], [1, 64, 64, 3]

CASES = [
    case("ResNet-18, CIFAR stem", "resnet18", lambda: torchvision_resnet("resnet18", 10, "conv"), SMALL, 10, train=True),
    case("ResNet-18, ImageNet stem", "resnet18", lambda: torchvision_resnet("resnet18", 1000, "imagenet"), LARGE, 1000, "imagenet"),
    case("ResNet-20", "resnet20", lambda: SmallResNet(BasicBlock, [3, 3, 3], 16, 10), CIFAR, 10),
    case("ResNet-50, CIFAR stem", "resnet50", lambda: torchvision_resnet("resnet50", 10, "conv"), CIFAR, 10),
    case("ResNet-101", "resnet101", lambda: torchvision_resnet("resnet101", 1000, "imagenet"), LARGE, 1000, "imagenet"),
    case("bottlenecks of other depth and width", "resnet50", lambda: SmallResNet(Bottleneck, [1, 2], 16, 10), SMALL, 10, depths=[1, 2], width=16, train=True),
    case("WRN-28-2", "wrn-28-2", lambda: WideResNet([4, 4, 4], 32, 10), SMALL, 10, train=True),
    case("WRN-28-10", "wrn-28-10", lambda: WideResNet([4, 4, 4], 160, 10), [1, 32, 32, 3], 10),
    case("WRN-10-1 with ImageNet stem", "wrn-28-2", lambda: WideResNet([1, 1, 1], 16, 10, "imagenet"), LARGE, 10, "imagenet", [1, 1, 1], 16),
    case("DenseNet-121", "densenet121", lambda: torchvision.models.densenet121(), LARGE, 1000, "imagenet"),
    case("DenseNet of two blocks, CIFAR stem", "densenet121", lambda: torchvision_densenet([2, 3], 12, 10, "conv"), SMALL, 10, depths=[2, 3], width=12, train=True),
    case("SE-ResNet-101", "se-resnet101", lambda: timm_senet("legacy_seresnet101", 1000, "imagenet"), LARGE, 1000, "imagenet"),
    case("SE-ResNet of one block a stage, CIFAR stem", "se-resnet101", lambda: short_senet(1, [1, 1, 1, 1], 10, "conv"), SMALL, 10, depths=[1, 1, 1, 1], train=True),
    case("SE-ResNeXt-101 (32x4d)", "se-resnext101", lambda: timm_senet("legacy_seresnext101_32x4d", 1000, "imagenet"), LARGE, 1000, "imagenet"),
    case("SE-ResNeXt of one block a stage, odd sides", "se-resnext101", lambda: short_senet(32, [1, 1, 1, 1], 10, "imagenet"), [4, 70, 66, 3], 10, "imagenet", [1, 1, 1, 1], train=True),
]  # fmt: skip


def short(values):
    """As many digits as a float32 has; the arithmetic is that of float64."""
    return [float(f"{value:.8g}") for value in torch.as_tensor(values).flatten().tolist()]


def summary(tensor):
    """Euclidean norm and a projection, in which every value and its place count."""
    direction = torch.from_numpy(2 * uniform("direction", tensor.numel()) - 1)
    return short([tensor.norm().item(), tensor.flatten().dot(direction).item()])


def record(entry):
    network = fill(entry["build"]()).double()
    x = images(*entry["images"]).double()
    with torch.no_grad():
        logits = network.eval()(x)
    result = {key: entry[key] for key in ("label", "network", "settings", "classes", "images")}
    result["parameters"] = sum(p.numel() for p in network.parameters())
    result["logits"] = short(logits[:, :SHOWN])
    if entry["train"]:
        result["train"] = one_step(network.train(), x)
    return result


def one_step(network, x):
    """Cross-entropy against the classes 0, 1, ..., its gradients, and one step of plain descent."""
    logits = network(x)
    loss = nn.functional.cross_entropy(logits, torch.arange(len(x)))
    loss.backward()
    gradients = {name: summary(p.grad) for name, p in network.named_parameters()}
    torch.optim.SGD(network.parameters(), lr=RATE).step()
    buffers = {name: summary(b) for name, b in network.named_buffers() if b.is_floating_point()}
    with torch.no_grad():
        after = network.eval()(x)
    return dict(
        rate=RATE,
        logits=short(logits),
        loss=short([loss.item()])[0],
        gradients=gradients,
        buffers=buffers,
        logitsAfter=short(after),
    )


def main(file):
    torch.set_num_threads(2)
    versions = dict(torch=torch.__version__, torchvision=torchvision.__version__, timm=timm.__version__)
    cases = [record(entry) for entry in CASES]
    with open(file, "w") as out:
        json.dump(dict(versions=versions, shown=SHOWN, cases=cases), out)
        out.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
