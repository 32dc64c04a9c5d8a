"""Classifies images with a model that `twoshot export RESULT --onnx model.onnx` wrote.

    pip install -r examples/requirements.txt
    python examples/classify_onnx.py model.onnx image.jpg ...
"""

import json
import sys

import numpy as np
import onnxruntime
from PIL import Image, ImageOps


def read_image(file: str, size: int) -> np.ndarray:
    """Upright, on white, the largest square of the middle, [size, size, 3]: as `ingest/folder` does with `cover`."""
    image = ImageOps.exif_transpose(Image.open(file)).convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    image = Image.alpha_composite(white, image).convert("RGB")
    return np.asarray(ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS))


def main(model: str, files: list[str]) -> None:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    facts = session.get_modelmeta().custom_metadata_map
    classes, size = json.loads(facts["class_names"]), int(facts["image_size"])
    # Where the model can tell, its last answer is "none of these".
    threshold = float(facts.get("none_threshold", "nan"))
    images = np.stack([read_image(file, size) for file in files])
    (probabilities,) = session.run(["probabilities"], {"images": images})
    for file, row in zip(files, probabilities):
        if row[-1] > threshold:
            answer = len(classes) - 1
        else:
            answer = row.argmax() if np.isnan(threshold) else row[:-1].argmax()
        print(f"{file}: {classes[answer]} ({row[answer]:.4f})")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
