// Gradients of the filters of 3x3 convolutions.

#include "winograd.h"

namespace twoshot {
namespace winograd {
namespace {

class WinogradFilterGradOp : public OpKernel {
 public:
  explicit WinogradFilterGradOp(OpKernelConstruction* context) : OpKernel(context) {}

  void Compute(OpKernelContext* context) override {
    const Kernels* kernels = KernelsOfProcessor();
    const Tensor& x = context->input(0);
    const Tensor& dy = context->input(1);
    OP_REQUIRES(context, kernels != nullptr && x.dims() == 4 && dy.dims() == 4 && x.dim_size(0) == dy.dim_size(0) &&
                             x.dim_size(1) == dy.dim_size(1) && x.dim_size(2) == dy.dim_size(2) &&
                             x.dim_size(3) % kChannels == 0 && dy.dim_size(3) % kChannels == 0,
                tensorflow::errors::InvalidArgument("images and gradients must fit, with channels a multiple of 16"));
    const int64_t in = x.dim_size(3), out = dy.dim_size(3);
    Tensor* gradient = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, TensorShape({3, 3, in, out}), &gradient));

    const Tiles tiles(x.shape());
    Tensor beyond;
    if (!Allocate(context, std::max(in, out), &beyond)) return;
    std::fill_n(MutableData(&beyond), std::max(in, out), 0.0f);
    const Job job = {kernels, tiles, in, out, Data(x), Data(dy), Data(beyond), MutableData(gradient)};
    // Sums of so few channels fit beside the products into a lane's second cache.
    if (in <= kPanel && out <= kPanel) return ByTiles(context, job);
    ByProducts(context, job);
  }

 private:
  struct Job {
    const Kernels* kernels;
    const Tiles tiles;
    const int64_t in, out;
    const float* x;
    const float* dy;
    const float* beyond;
    float* gradient;
  };

  // A lane takes a share of the tiles into sums of its own. The shares are the same whatever the threads.
  static void ByTiles(OpKernelContext* context, const Job& job) {
    constexpr int64_t kShares = 8, kBlock = 24;
    const int64_t in = job.in, out = job.out, total = job.tiles.total;
    const int64_t image_step = Step(kBlock * in), slope_step = Step(kBlock * out), sum_step = Step(in * out);
    const int64_t size = kProducts * (image_step + slope_step);
    Tensor scratch, sums;
    if (!Allocate(context, Lanes(context) * size, &scratch) ||
        !Allocate(context, kShares * kProducts * sum_step, &sums)) {
      return;
    }
    ForEach(context, kShares, [&](int64_t lane, int64_t share) {
      float* images = MutableData(&scratch) + lane * size;
      float* slopes = images + kProducts * image_step;
      float* own = MutableData(&sums) + share * kProducts * sum_step;
      const int64_t begin = total * share / kShares, end = total * (share + 1) / kShares;
      for (int64_t first = begin; first < end || first == begin; first += kBlock) {
        const int64_t count = std::min(kBlock, end - first);
        for (int64_t tile = 0; tile < count; ++tile) {
          TakeTile(job, first + tile, tile, images, image_step, slopes, slope_step, kBlock);
        }
        for (int64_t i = 0; i < kProducts; ++i) {
          job.kernels->multiply(in, out, count, images + i * image_step, 1, in, slopes + i * slope_step, out,
                                own + i * sum_step, out, first > begin);
        }
      }
    });
    ForEach(context, in, [&](int64_t, int64_t c) {
      for (int64_t i = 0; i < kProducts; ++i) {
        float* all = MutableData(&sums) + i * sum_step + c * out;
        for (int64_t share = 1; share < kShares; ++share) {
          const float* own = all + share * kProducts * sum_step;
          for (int64_t k = 0; k < out; ++k) all[k] += own[k];
        }
      }
      Give(job, Data(sums), sum_step, c);
    });
  }

  // All lanes transform tiles, then each takes some of the 36 products; sums over tiles run in the tiles' order.
  static void ByProducts(OpKernelContext* context, const Job& job) {
    constexpr int64_t kChunk = 8, kRows = 48;
    const int64_t in = job.in, out = job.out, total = job.tiles.total;
    const int64_t together = SharedTiles(total, in + out), sum_step = Step(in * out);
    const int64_t image_step = Step(together * in), slope_step = Step(together * out);
    Tensor images, slopes, sums;
    if (!Allocate(context, kProducts * image_step, &images) || !Allocate(context, kProducts * slope_step, &slopes) ||
        !Allocate(context, kProducts * sum_step, &sums)) {
      return;
    }
    for (int64_t first = 0; first < total || first == 0; first += together) {
      const int64_t count = std::min(together, total - first);
      ForEach(context, CeilDivide(count, kChunk), [&](int64_t, int64_t index) {
        for (int64_t tile = index * kChunk; tile < std::min(count, (index + 1) * kChunk); ++tile) {
          TakeTile(job, first + tile, tile, MutableData(&images), image_step, MutableData(&slopes), slope_step,
                   together);
        }
      });
      const int64_t parts = CeilDivide(in, kRows);
      ForEach(context, kProducts * parts, [&](int64_t, int64_t index) {
        const int64_t i = index / parts, row = index % parts * kRows;
        for (int64_t panel = 0; panel < out; panel += kPanel) {
          const int64_t columns = std::min(kPanel, out - panel);
          job.kernels->multiply(std::min(kRows, in - row), columns, count, Data(images) + i * image_step + row, 1, in,
                                Data(slopes) + i * slope_step + panel * together, columns,
                                MutableData(&sums) + i * sum_step + row * out + panel, out, first > 0);
        }
      });
    }
    ForEach(context, in, [&](int64_t, int64_t c) { Give(job, Data(sums), sum_step, c); });
  }

  // Row `row` of the matrices of images, and of those of gradients, which have panels of `rows` rows.
  static void TakeTile(const Job& job, int64_t tile, int64_t row, float* images, int64_t image_step, float* slopes,
                       int64_t slope_step, int64_t rows) {
    const float* sources[36];
    float* targets[36];
    job.tiles.Point(job.x, job.in, tile, 1, job.beyond, sources);
    for (int64_t i = 0; i < kProducts; ++i) targets[i] = images + i * image_step + row * job.in;
    job.kernels->image(sources, targets, job.in);
    job.tiles.Point(job.dy, job.out, tile, 0, job.beyond, sources);
    ToPanels(job.kernels->output_gradient, sources, 16, slopes, rows, row, job.out);
  }

  // Filters of input channel `c`.
  static void Give(const Job& job, const float* sums, int64_t step, int64_t c) {
    const float* sources[36];
    float* targets[9];
    for (int64_t i = 0; i < kProducts; ++i) sources[i] = sums + i * step + c * job.out;
    for (int i = 0; i < 9; ++i) targets[i] = job.gradient + (i * job.in + c) * job.out;
    job.kernels->filter_gradient(sources, targets, job.out);
  }
};

REGISTER_OP("TwoshotWinogradFilterGrad").Input("x: float").Input("dy: float").Output("dfilter: float");
REGISTER_KERNEL_BUILDER(Name("TwoshotWinogradFilterGrad").Device(tensorflow::DEVICE_CPU), WinogradFilterGradOp);

}  // namespace
}  // namespace winograd
}  // namespace twoshot
