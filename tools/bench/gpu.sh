#!/usr/bin/env bash
# Everything that can be measured on a machine with an NVIDIA card, in one go: `tools/bench/gpu.sh`. Needs Node, Python 3
# with pip, g++ and a driver. Sets up the CUDA engine, runs the contract tests on it, then the training table beside
# PyTorch on the same card (docs/performance/training-cuda.md) and the most memory that either took of the card.
set -euo pipefail
cd "$(dirname "$0")/../.."

command -v nvidia-smi >/dev/null || { echo 'no nvidia-smi: this machine has no NVIDIA driver' >&2; exit 1; }
nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv

export TWOSHOT_ENGINE=cuda TWOSHOT_REFERENCE_DEVICE=cuda
npm ci
npx tsc -b
node bin/twoshot.js engine setup
node bin/twoshot.js doctor
npx vitest run packages/engine/src/ops

# Both libraries would take the whole card at once otherwise.
export TF_FORCE_GPU_ALLOW_GROWTH=true
rows=(step-conv-4-64 step-resnet-9 step-resnet-18 step-wrn-28-2 forward-resnet-18 adamw lars product start)
memory=docs/performance/training-cuda-memory.csv
mkdir -p docs/performance
echo 'row,process,most MiB' >"$memory"
for row in "${rows[@]}"; do
  samples=$(mktemp)
  nvidia-smi --query-compute-apps=name,used_memory --format=csv,noheader,nounits --loop-ms=200 >"$samples" &
  sampler=$!
  node tools/run-typescript.mjs tools/bench/training.bench.ts "$row"
  kill "$sampler"
  awk -F', ' -v row="$row" '$2 > most[$1] { most[$1] = $2 } END { for (name in most) print row "," name "," most[name] }' \
    "$samples" >>"$memory"
  rm "$samples"
done
echo "docs/performance/training-cuda.md and $memory"
