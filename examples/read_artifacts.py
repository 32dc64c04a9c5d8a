"""Reads what a run made: features and predictions (Arrow) and the weights of its models (safetensors).

    pip install -r examples/requirements.txt
    python examples/read_artifacts.py .twoshot/runs/20261128-130402-d354fc
"""

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from safetensors.numpy import load_file


def read_table(file: Path) -> pa.Table:
    with pa.memory_map(str(file)) as source:
        return pa.ipc.open_file(source).read_all()


def matrix(table: pa.Table, name: str) -> np.ndarray:
    """A column of lists of one length, as [rows, length]."""
    length = table.schema.field(name).type.list_size
    chunks = [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in table[name].chunks]
    return np.concatenate([np.empty(0, np.float32), *chunks]).reshape(table.num_rows, length)


def fact(table: pa.Table, name: str):
    """A fact from the metadata of a table, which is JSON."""
    return json.loads(table.schema.metadata[name.encode()])


def show(artifact: Path, name: str) -> None:
    if (artifact / "features.arrow").exists():
        features = matrix(read_table(artifact / "features.arrow"), "values")
        print(f"{name}: features {features.shape}, from {features.min(initial=0):.3f} to {features.max(initial=0):.3f}")
    elif (artifact / "predictions.arrow").exists():
        table = read_table(artifact / "predictions.arrow")
        values, classes = matrix(table, "values"), fact(table, "class_names")
        counts = np.bincount(values.argmax(axis=1), minlength=len(classes))
        print(f"{name}: {table.num_rows} predictions:", ", ".join(f"{c} {n}" for c, n in zip(classes, counts)))
    elif (artifact / "model.json").exists():
        parts = json.loads((artifact / "model.json").read_text())["parts"]
        weights = load_file(artifact / "weights.safetensors")
        numbers = sum(tensor.size for tensor in weights.values())
        print(f"{name}: model of {', '.join(parts)} with {numbers:,} numbers in {len(weights)} tensors")


def main(run: Path) -> None:
    store = run.parent.parent
    for stage in json.loads((run / "run.json").read_text())["stages"]:
        for port, digest in stage["digests"].items():
            show(store / "objects" / digest[:2] / digest, f"{stage['stage']}.{port}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
