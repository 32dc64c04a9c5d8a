// What Lloyd's algorithm does to the rows in every iteration: the nearest of few centroids, the best of many products,
// and sums of clusters, kept up to date by the rows that move; they travel as pairs of int32.

#define TWOSHOT_KERNELS "kmeans_kernels.h"
#include "vector_widths.h"

namespace twoshot {
namespace {

// rows [n, dim], origin [dim], centroids [clusters, dim] less the origin, biases [clusters] -> labels [n]: the centroid
// of the largest product with the row less the origin, less its bias; the first of equals.
class NearestCentroidOp : public OpKernel {
 public:
  explicit NearestCentroidOp(OpKernelConstruction* context) : OpKernel(context) {}

  void Compute(OpKernelContext* context) override {
    const Tensor& rows = context->input(0);
    const Tensor& origin = context->input(1);
    const Tensor& centroids = context->input(2);
    const Tensor& biases = context->input(3);
    OP_REQUIRES(context,
                rows.dims() == 2 && centroids.dims() == 2 && rows.dim_size(1) == centroids.dim_size(1) &&
                    rows.dim_size(1) % plain::kLanes == 0 && origin.NumElements() == rows.dim_size(1) &&
                    biases.NumElements() == centroids.dim_size(0),
                tensorflow::errors::InvalidArgument("rows, origin, centroids and biases do not fit"));
    const int64_t dim = rows.dim_size(1), clusters = centroids.dim_size(0);
    Tensor* labels = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, TensorShape({rows.dim_size(0)}), &labels));
    int32_t* out = labels->flat<int32_t>().data();
    const auto find = TWOSHOT_KERNEL(FindNearest);
    ParallelFor(context, rows.dim_size(0), clusters * dim / 8 + 1, [&](int64_t begin, int64_t end) {
      find(Data(rows) + begin * dim, Data(origin), end - begin, dim, Data(centroids), Data(biases), clusters, out + begin);
    });
  }
};

// products [n, clusters], biases [clusters] -> labels [n]: the place of the largest difference, the first of equals.
class BestProductOp : public OpKernel {
 public:
  explicit BestProductOp(OpKernelConstruction* context) : OpKernel(context) {}

  void Compute(OpKernelContext* context) override {
    const Tensor& products = context->input(0);
    const Tensor& biases = context->input(1);
    OP_REQUIRES(context, products.dims() == 2 && biases.NumElements() == products.dim_size(1),
                tensorflow::errors::InvalidArgument("products and biases do not fit"));
    Tensor* labels = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, TensorShape({products.dim_size(0)}), &labels));
    const int64_t clusters = products.dim_size(1);
    const float* x = Data(products);
    const float* offsets = Data(biases);
    int32_t* out = labels->flat<int32_t>().data();
    const auto find = TWOSHOT_KERNEL(FindBest);
    ParallelFor(context, products.dim_size(0), clusters / 4 + 1, [&](int64_t begin, int64_t end) {
      find(x + begin * clusters, end - begin, clusters, offsets, out + begin);
    });
  }
};

TWOSHOT_VECTORISED void Add(const float* __restrict row, double sign, int64_t size, double* __restrict sum) {
  for (int64_t i = 0; i < size; ++i) sum[i] += sign * row[i];
}

// points [n, dim], from [n], to [n], sums [clusters, 2 dim] -> new sums: rows whose label changed leave one sum and
// join another; a label below 0 is none. Every thread takes some columns of all rows, so that each sum is made in the
// order of the rows.
class MoveRowsOp : public OpKernel {
 public:
  explicit MoveRowsOp(OpKernelConstruction* context) : OpKernel(context) {}

  void Compute(OpKernelContext* context) override {
    const Tensor& points = context->input(0);
    const Tensor& from = context->input(1);
    const Tensor& to = context->input(2);
    const Tensor& sums = context->input(3);
    OP_REQUIRES(context,
                points.dims() == 2 && sums.dims() == 2 && sums.dim_size(1) == 2 * points.dim_size(1) &&
                    from.NumElements() == points.dim_size(0) && to.NumElements() == points.dim_size(0),
                tensorflow::errors::InvalidArgument("points, labels and sums do not fit"));
    const int64_t count = points.dim_size(0), dim = points.dim_size(1), clusters = sums.dim_size(0);
    const int32_t* leaves = from.flat<int32_t>().data();
    const int32_t* joins = to.flat<int32_t>().data();
    std::vector<int64_t> moved;
    for (int64_t row = 0; row < count; ++row) {
      OP_REQUIRES(context, joins[row] >= 0 && joins[row] < clusters && leaves[row] < clusters,
                  tensorflow::errors::InvalidArgument("a label is no cluster"));
      if (leaves[row] != joins[row]) moved.push_back(row);
    }
    Tensor* result = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, sums.shape(), &result));
    const int32_t* given = sums.flat<int32_t>().data();
    std::copy(given, given + sums.NumElements(), result->flat<int32_t>().data());
    const float* x = Data(points);
    double* out = MutableDoubles(result);
    // Few wide parts: narrow ones would open the page of every row again and again.
    const int64_t threads = context->device()->tensorflow_cpu_worker_threads()->num_threads;
    const int64_t columns = std::max<int64_t>(16, (dim + threads - 1) / threads);
    const int64_t parts = (dim + columns - 1) / columns;
    ParallelFor(context, parts, static_cast<int64_t>(moved.size()) * columns + 1, [&](int64_t begin, int64_t end) {
      const int64_t first = begin * columns, width = std::min(end * columns, dim) - first;
      for (size_t place = 0; place < moved.size(); ++place) {
        const int64_t row = moved[place];
        // The columns of a row are too few for the processor to notice which row follows.
        const float* later = x + moved[std::min(place + 4, moved.size() - 1)] * dim + first;
        for (int64_t i = 0; i < width; i += 64 / sizeof(float)) __builtin_prefetch(later + i);
        if (leaves[row] >= 0) Add(x + row * dim + first, -1.0, width, out + leaves[row] * dim + first);
        Add(x + row * dim + first, 1.0, width, out + joins[row] * dim + first);
      }
    });
  }
};

REGISTER_OP("TwoshotNearestCentroid")
    .Input("rows: float")
    .Input("origin: float")
    .Input("centroids: float")
    .Input("biases: float")
    .Output("labels: int32");
REGISTER_KERNEL_BUILDER(Name("TwoshotNearestCentroid").Device(tensorflow::DEVICE_CPU), NearestCentroidOp);

REGISTER_OP("TwoshotBestProduct").Input("products: float").Input("biases: float").Output("labels: int32");
REGISTER_KERNEL_BUILDER(Name("TwoshotBestProduct").Device(tensorflow::DEVICE_CPU), BestProductOp);

REGISTER_OP("TwoshotMoveRows")
    .Input("points: float")
    .Input("from: int32")
    .Input("to: int32")
    .Input("sums: int32")
    .Output("new_sums: int32");
REGISTER_KERNEL_BUILDER(Name("TwoshotMoveRows").Device(tensorflow::DEVICE_CPU), MoveRowsOp);

}  // namespace
}  // namespace twoshot
