"""The reference side of the kernel benchmark: reads commands as JSON lines, times what it is asked to, answers as JSON lines.

{"prepare": kernel, "folder": ..., "inputs": {name: {"file", "type", "shape"}}, "settings": {...}} -> {"ready": true}
{"run": calls} -> {"seconds": ...}
{"answer": file} -> {"peak": bytes}
"""

import json
import os
import resource
import sys
import time

import numpy as np

THREADS = int(os.environ["OMP_NUM_THREADS"])
KERNELS = {}


def kernel(name):
    def register(prepare):
        KERNELS[name] = prepare
        return prepare

    return register


def unit_rows(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


@kernel("pt-map")
def pt_map(inputs, settings):
    """PT-MAP (Hu et al. 2021) in NumPy with POT's Sinkhorn; the loop and defaults of the authors' program."""
    import ot

    support, labels, query = inputs["support"], inputs["labels"], inputs["query"]
    classes, reg = settings["classes"], 1 / settings["lambda"]
    shown, sweeps = {}, []

    def sweeps_of(cost):
        """Sweeps until no row sum moves by more than 1e-6: the rule of the authors' program, and ours.

        POT's own rule is another one and is asked after every tenth sweep only, where three to thirteen are enough.
        """
        kernel = np.exp(-(cost - cost.min(1, keepdims=True)) / reg)
        by_row, by_column, before = np.ones(len(cost)), np.ones(classes), np.zeros(len(cost))
        for sweep in range(1000):
            sums = kernel @ by_column
            if sweep > 0 and np.abs(before - sums * by_row).max() <= 1e-6:
                return sweep
            before = sums * by_row if sweep > 0 else before
            by_row = 1 / sums
            by_column = len(cost) / classes / (by_row @ kernel)
        return 1000

    def transform(x):
        x = unit_rows(np.sqrt(x + np.float32(1e-6)))
        return unit_rows(x - x.mean(0))

    def run():
        s, q = transform(support), transform(query)
        onehot = np.eye(classes, dtype=np.float32)[labels]
        centres = (onehot.T @ s) / onehot.sum(0)[:, None]
        rows = np.full(len(q), 1 / len(q))
        columns = np.full(classes, 1 / classes)

        def plan(which):
            cost = np.maximum((q * q).sum(1)[:, None] + (centres * centres).sum(1) - 2 * q @ centres.T, 0)
            cost = cost.astype(np.float64)
            if which == len(sweeps):
                sweeps.append(sweeps_of(cost))
            return ot.sinkhorn(rows, columns, cost, reg, numItermax=sweeps[which], stopThr=0, warn=False) * len(q)

        for iteration in range(settings["iterations"]):
            p = plan(iteration).astype(np.float32)
            mass = p.sum(0) + onehot.sum(0)
            centres = centres + settings["alpha"] * ((p.T @ q + onehot.T @ s) / mass[:, None] - centres)
        shown["labels"] = plan(settings["iterations"]).argmax(1)

    # Finds the sweeps; what is timed only makes them.
    run()
    return run, lambda: shown["labels"]


@kernel("neighbours")
def neighbours(inputs, settings):
    """Euclidean distances of unit rows order as cosines do, and are the fastest way through scikit-learn."""
    from sklearn.neighbors import NearestNeighbors

    points, shown = inputs["points"], {}

    def run():
        search = NearestNeighbors(n_neighbors=settings["k"], algorithm="brute", n_jobs=THREADS).fit(points)
        shown["indices"] = search.kneighbors()[1]

    return run, lambda: np.sort(shown["indices"], axis=1)


@kernel("propagation")
def propagation(inputs, settings):
    """The loop of sklearn.semi_supervised.LabelSpreading on a given sparse graph."""
    import scipy.sparse

    nodes = len(inputs["offsets"]) - 1
    graph = scipy.sparse.csr_array((inputs["weights"], inputs["targets"], inputs["offsets"]), shape=(nodes, nodes))
    source, shown = inputs["source"], {}

    def run():
        alpha = settings["alpha"]
        clamped = (1 - alpha) * source
        scores = source
        for _ in range(settings["rounds"]):
            scores = alpha * (graph @ scores) + clamped
        shown["scores"] = scores

    return run, lambda: shown["scores"]


@kernel("k-means")
def k_means(inputs, settings):
    from sklearn.cluster import KMeans

    points, start, shown = inputs["points"], inputs["centroids"], {}

    def run():
        fit = KMeans(len(start), init=start, n_init=1, max_iter=settings["iterations"], tol=0).fit(points)
        shown["inertia"] = fit.inertia_

    return run, lambda: np.array([shown["inertia"]])


@kernel("t-sne")
def t_sne(inputs, settings):
    from sklearn.manifold import TSNE

    points, shown = inputs["points"], {}

    def run():
        fit = TSNE(2, perplexity=settings["perplexity"], max_iter=settings["iterations"], angle=settings["theta"],
                   init="pca", method="barnes_hut", n_jobs=THREADS)
        fit.fit(points)
        shown["divergence"] = fit.kl_divergence_

    return run, lambda: np.array([shown["divergence"]])


@kernel("hungarian")
def hungarian(inputs, settings):
    from scipy.optimize import linear_sum_assignment

    cost, shown = inputs["cost"].astype(np.float64), {}

    def run():
        shown["columns"] = linear_sum_assignment(cost)[1]

    return run, lambda: shown["columns"]


@kernel("sift")
def sift(inputs, settings):
    import cv2

    cv2.setNumThreads(THREADS)
    image, shown = inputs["image"], {}

    def run():
        shown["points"], _ = cv2.SIFT_create().detectAndCompute(image, None)

    return run, lambda: np.array([len(shown["points"])])


def view_maker():
    import torch
    from torchvision.transforms import v2

    return v2.Compose([
        v2.RandomResizedCrop(32, scale=(0.2, 1), antialias=False),
        v2.RandomHorizontalFlip(),
        v2.RandomApply([v2.ColorJitter(0.4, 0.4, 0.4, 0.1)], 0.8),
        v2.RandomGrayscale(0.2),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize([0.4914, 0.4822, 0.4465], [0.247, 0.2435, 0.2616]),
    ])


def make_views(half):
    return float(sum(half["maker"](image)[0, 0, 0] for image in half["images"]))


HALVES = []


def make_half(which):
    return make_views(HALVES[which])


@kernel("views")
def views(inputs, settings):
    """Image by image, as a data loader does it; one process a thread, and no cost for handing images over."""
    import multiprocessing

    import torch

    torch.set_num_threads(1)
    images = torch.from_numpy(inputs["images"]).permute(0, 3, 1, 2).contiguous()
    HALVES[:] = [{"maker": view_maker(), "images": part} for part in images.chunk(THREADS)]
    pool = multiprocessing.get_context("fork").Pool(THREADS)
    return lambda: pool.map(make_half, range(THREADS), chunksize=1), lambda: np.zeros(0)


@kernel("hashes")
def hashes(inputs, settings):
    import imagehash
    from PIL import Image

    images, shown = [Image.fromarray(image) for image in inputs["images"]], {}

    def run():
        shown["bits"] = [imagehash.phash(image).hash for image in images]

    return run, lambda: np.array(shown["bits"])


def metric_loss(name, labels, dim):
    """Returns the loss of embeddings, and the further tensors that take a gradient."""
    import torch
    from pytorch_metric_learning import distances, losses, miners, reducers

    classes = int(labels.max()) + 1
    plain = {
        "contrastive": lambda: losses.ContrastiveLoss(),
        "triplet": lambda: losses.TripletMarginLoss(0.2),
        "n-pair-mc": lambda: losses.NPairsLoss(distance=distances.DotProductSimilarity(normalize_embeddings=False)),
        "lifted-structure": lambda: losses.LiftedStructureLoss(),
        "lifted-structure-generalised": lambda: losses.GeneralizedLiftedStructureLoss(),
        "ranked-list": lambda: losses.RankedListLoss(margin=0.4, Tn=10, imbalance=0.5, alpha=1.2, Tp=0),
        "multi-similarity": lambda: losses.MultiSimilarityLoss(2, 50, 0.5),
        "sup-con": lambda: losses.SupConLoss(0.1),
        "circle": lambda: losses.CircleLoss(0.4, 80),
        "nt-xent": lambda: losses.NTXentLoss(0.5),
    }
    if name in plain:
        loss = plain[name]()
        return (lambda x: loss(x, labels)), []
    if name in ("triplet-semi-hard", "triplet-batch-hard", "multi-similarity-mined"):
        miner, loss = {
            "triplet-semi-hard": lambda: (
                miners.TripletMarginMiner(0.2, type_of_triplets="semihard"), losses.TripletMarginLoss(0.2)),
            "triplet-batch-hard": lambda: (
                miners.BatchHardMiner(), losses.TripletMarginLoss(0.2, reducer=reducers.MeanReducer())),
            "multi-similarity-mined": lambda: (
                miners.MultiSimilarityMiner(0.1), losses.MultiSimilarityLoss(2, 50, 0.5)),
        }[name]()
        return (lambda x: loss(x, labels, miner(x, labels))), []
    if name == "vicreg":
        loss = losses.VICRegLoss()
        return (lambda x: loss(x[: len(x) // 2], ref_emb=x[len(x) // 2 :])), []
    loss = {
        "arcface": lambda: losses.ArcFaceLoss(classes, dim, margin=28.64788976, scale=64),
        "cosface": lambda: losses.CosFaceLoss(classes, dim, margin=0.35, scale=64),
        "proxy-anchor": lambda: losses.ProxyAnchorLoss(classes, dim, margin=0.1, alpha=32),
    }[name]()
    return (lambda x: loss(x, labels)), list(loss.parameters())


@kernel("loss")
def loss(inputs, settings):
    import torch

    torch.set_num_threads(THREADS)
    embeddings = torch.from_numpy(inputs["embeddings"]).requires_grad_()
    labels = torch.from_numpy(inputs["labels"].astype(np.int64))
    compute, parameters = metric_loss(settings["name"], labels, embeddings.shape[1])
    for parameter in parameters:
        given = torch.from_numpy(inputs["weights"])
        parameter.data.copy_(given if given.shape == parameter.shape else given.T)
    shown = {}

    def run():
        for tensor in (embeddings, *parameters):
            tensor.grad = None
        value = compute(embeddings)
        value.backward()
        shown["loss"], shown["norm"] = value.item(), embeddings.grad.norm().item()

    return run, lambda: np.array([shown["loss"], shown["norm"]])


def load(folder, inputs):
    return {
        name: np.fromfile(os.path.join(folder, part["file"]), part["type"]).reshape(part["shape"])
        for name, part in inputs.items()
    }


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    run = answer = None
    for line in sys.stdin:
        command = json.loads(line)
        reply = {}
        if "prepare" in command:
            inputs = load(command["folder"], command["inputs"])
            run, answer = KERNELS[command["prepare"]](inputs, command["settings"])
        elif "run" in command:
            start = time.perf_counter()
            for _ in range(command["run"]):
                run()
            reply["seconds"] = time.perf_counter() - start
        elif "answer" in command:
            np.ascontiguousarray(answer(), np.float64).tofile(command["answer"])
            reply["peak"] = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps(reply), file=answers, flush=True)


if __name__ == "__main__":
    main()
