// Label spreading over a sparse graph. Weights and scores travel as pairs of int32.

#include <cstdint>

namespace twoshot {
namespace {

struct Graph {
  const int32_t* offsets;
  const int32_t* targets;
  const double* weights;
};

}  // namespace
}  // namespace twoshot

#define TWOSHOT_KERNELS "graph_kernels.h"
#include "vector_widths.h"

namespace twoshot {
namespace {

// offsets [nodes + 1], targets [edges], weights [2 edges], shares [4]: those of neighbours and of the source,
// source and scores [nodes, 2 columns] -> new scores [nodes, 2 columns]
class SpreadOp : public OpKernel {
 public:
  explicit SpreadOp(OpKernelConstruction* context) : OpKernel(context) {}

  void Compute(OpKernelContext* context) override {
    const Tensor& offsets = context->input(0);
    const Tensor& targets = context->input(1);
    const Tensor& weights = context->input(2);
    const Tensor& shares = context->input(3);
    const Tensor& source = context->input(4);
    const Tensor& scores = context->input(5);
    OP_REQUIRES(context,
                scores.dims() == 2 && source.shape() == scores.shape() && scores.dim_size(1) % 8 == 0 &&
                    offsets.NumElements() == scores.dim_size(0) + 1 &&
                    weights.NumElements() == 2 * targets.NumElements() && shares.NumElements() == 4,
                tensorflow::errors::InvalidArgument("graph and scores do not fit"));
    const int64_t nodes = scores.dim_size(0), columns = scores.dim_size(1) / 2, edges = targets.NumElements();
    const Graph graph = {offsets.flat<int32_t>().data(), targets.flat<int32_t>().data(), Doubles(weights)};
    OP_REQUIRES(context, graph.offsets[0] == 0 && graph.offsets[nodes] == edges,
                tensorflow::errors::InvalidArgument("offsets do not fit the edges"));
    Tensor* result = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, scores.shape(), &result));
    double* out = MutableDoubles(result);
    const auto spread = TWOSHOT_KERNEL(Spread);
    const double alpha = Doubles(shares)[0], rest = Doubles(shares)[1];
    ParallelFor(context, nodes, (edges / std::max<int64_t>(1, nodes) + 1) * columns, [&](int64_t begin, int64_t end) {
      spread(graph, alpha, rest, Doubles(source), Doubles(scores), columns, begin, end, out);
    });
  }
};

REGISTER_OP("TwoshotSpread")
    .Input("offsets: int32")
    .Input("targets: int32")
    .Input("weights: int32")
    .Input("shares: int32")
    .Input("source: int32")
    .Input("scores: int32")
    .Output("new_scores: int32");
REGISTER_KERNEL_BUILDER(Name("TwoshotSpread").Device(tensorflow::DEVICE_CPU), SpreadOp);

}  // namespace
}  // namespace twoshot
