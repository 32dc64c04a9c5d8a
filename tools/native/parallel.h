#ifndef TWOSHOT_NATIVE_PARALLEL_H_
#define TWOSHOT_NATIVE_PARALLEL_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>

#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/util/work_sharder.h"

// Compiled once for every vector width; the loader picks one. Products and sums are not fused (-ffp-contract=off) and
// no reduction runs across lanes, so that all of them round alike.
#define TWOSHOT_VECTORISED __attribute__((target_clones("avx512f", "avx2", "default")))

namespace twoshot {

// Runs `work(begin, end)` on parts of [0, total). How many parts there are depends on the threads: `work` must give the
// same numbers whatever the parts.
inline void ParallelFor(tensorflow::OpKernelContext* context, int64_t total, int64_t nanoseconds_each,
                        const std::function<void(int64_t, int64_t)>& work) {
  const auto& threads = *context->device()->tensorflow_cpu_worker_threads();
  tensorflow::Shard(threads.num_threads, threads.workers, total, nanoseconds_each, work);
}

inline int64_t CeilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

inline int64_t Lanes(tensorflow::OpKernelContext* context) { return context->device()->tensorflow_cpu_worker_threads()->num_threads; }

// Calls work(lane, index) for every index; no two threads share a lane, and lanes are fewer than there are threads.
inline void ForEach(tensorflow::OpKernelContext* context, int64_t total,
                    const std::function<void(int64_t, int64_t)>& work) {
  const int64_t lanes = std::min(total, Lanes(context));
  std::atomic<int64_t> next{0};
  ParallelFor(context, lanes, 1000000000, [&](int64_t begin, int64_t end) {
    for (int64_t lane = begin; lane < end; ++lane) {
      for (int64_t index = next++; index < total; index = next++) work(lane, index);
    }
  });
}

}  // namespace twoshot

#endif  // TWOSHOT_NATIVE_PARALLEL_H_
