"""Runs exported models beside the numbers that Twoshot computed; prints the largest differences as JSON."""

import json
import sys

import numpy as np
import onnxruntime

differences = {}
for case in json.load(open(sys.argv[1])):
    session = onnxruntime.InferenceSession(case["file"], providers=["CPUExecutionProvider"])
    images = np.array(case["pixels"], np.uint8).reshape(case["shape"])
    expected = {name: np.array(case[name], np.float32) for name in ("logits", "probabilities")}
    results = dict(zip(expected, session.run(list(expected), {"images": images})))
    # One image alone gives what it gives among others: the number of images is free.
    (alone,) = session.run(["logits"], {"images": images[:1]})
    differences[case["name"]] = {
        "alone": float(np.abs(alone[0] - results["logits"][0]).max()),
        **{name: float(np.abs(results[name].ravel() - expected[name]).max()) for name in expected},
    }
print(json.dumps(differences))
