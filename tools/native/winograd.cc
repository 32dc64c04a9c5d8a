// Convolutions of 3x3 filters at stride 1 in a quarter of the multiplications (Lavin and Gray 2016, F(4x4, 3x3)):
// tiles of 4x4 outputs become 36 products, each of which is a matrix product over the channels. oneDNN's direct
// convolutions reach what the processor can do, so that only fewer multiplications are faster.

#include <immintrin.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "parallel.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"

namespace twoshot {
namespace {

using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::TensorShape;

// Transforms take pointers to the values of a plane, each followed by its channels.
using PlanesFunction = void (*)(const float* const* from, float* const* to, int64_t channels);

struct Kernels {
  PlanesFunction image, filter, output, output_gradient, filter_gradient;
  void (*multiply)(int64_t rows, int64_t columns, int64_t depth, const float* a, int64_t a_row, int64_t a_depth,
                   const float* b, int64_t b_depth, float* c, int64_t c_row, bool more);
};

#pragma GCC push_options
#pragma GCC target("avx512f,fma")
namespace wide {
#define VECTOR __m512
#define WIDTH 16
#define COLUMNS 4
#define LOAD _mm512_loadu_ps
#define STORE _mm512_storeu_ps
#define ALL _mm512_set1_ps
#define FMA _mm512_fmadd_ps
#include "winograd_kernels.h"
#undef VECTOR
#undef WIDTH
#undef COLUMNS
#undef LOAD
#undef STORE
#undef ALL
#undef FMA
}  // namespace wide
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace narrow {
#define VECTOR __m256
#define WIDTH 8
#define COLUMNS 2
#define LOAD _mm256_loadu_ps
#define STORE _mm256_storeu_ps
#define ALL _mm256_set1_ps
#define FMA _mm256_fmadd_ps
#include "winograd_kernels.h"
#undef VECTOR
#undef WIDTH
#undef COLUMNS
#undef LOAD
#undef STORE
#undef ALL
#undef FMA
}  // namespace narrow
#pragma GCC pop_options

// Null on processors without fused products and sums; the engine does not call these ops there.
const Kernels* KernelsOfProcessor() {
  if (__builtin_cpu_supports("avx512f")) return &wide::kKernels;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &narrow::kKernels;
  return nullptr;
}

constexpr int64_t kProducts = 36;
// Columns of a matrix that lie together, so that a product reads them in one stream.
constexpr int64_t kPanel = 64;
// Channels come in whole vectors of the widest kind.
constexpr int64_t kChannels = 16;

int64_t CeilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

// 36 matrices of `size` numbers; they start in different sets of the caches.
int64_t Step(int64_t size) { return size + 16; }

// Where row `row` of a matrix begins in its panel of columns that `column` lies in.
int64_t PanelOffset(int64_t rows, int64_t columns, int64_t row, int64_t column) {
  const int64_t panel = column / kPanel * kPanel;
  return panel * rows + row * std::min(kPanel, columns - panel);
}

// Calls work(lane, index) for every index; no two threads share a lane, and lanes are fewer than there are threads.
void ForEach(OpKernelContext* context, int64_t total, const std::function<void(int64_t, int64_t)>& work) {
  const int64_t lanes = std::min<int64_t>(total, context->device()->tensorflow_cpu_worker_threads()->num_threads);
  std::atomic<int64_t> next{0};
  ParallelFor(context, lanes, 1000000000, [&](int64_t begin, int64_t end) {
    for (int64_t lane = begin; lane < end; ++lane) {
      for (int64_t index = next++; index < total; index = next++) work(lane, index);
    }
  });
}

int64_t Lanes(OpKernelContext* context) { return context->device()->tensorflow_cpu_worker_threads()->num_threads; }

// Images [count, height, width, ...] cut into tiles of 4x4.
struct Tiles {
  explicit Tiles(const TensorShape& shape)
      : height(shape.dim_size(1)),
        width(shape.dim_size(2)),
        down(CeilDivide(height, 4)),
        across(CeilDivide(width, 4)),
        total(shape.dim_size(0) * down * across) {}

  // Pointers to the values of tile `index` and `border` cells around it; `outside` stands for those beyond the image.
  template <typename Float>
  void Point(Float* images, int64_t channels, int64_t index, int border, Float* outside, Float** pointers) const {
    const int64_t image = index / (down * across);
    const int64_t top = index / across % down * 4 - border, left = index % across * 4 - border;
    const int side = 4 + 2 * border;
    Float* first = images + image * height * width * channels;
    for (int row = 0; row < side; ++row) {
      for (int column = 0; column < side; ++column) {
        const int64_t y = top + row, x = left + column;
        const bool inside = y >= 0 && y < height && x >= 0 && x < width;
        pointers[row * side + column] = inside ? first + (y * width + x) * channels : outside;
      }
    }
  }

  const int64_t height, width, down, across, total;
};

const float* Data(const Tensor& tensor) { return tensor.flat<float>().data(); }
float* MutableData(Tensor* tensor) { return tensor->flat<float>().data(); }

// Runs a transform from a plane of pointers to matrices: value i of the plane goes to matrix i, in panels.
void ToPanels(PlanesFunction transform, const float* const* from, int values, float* matrices, int64_t rows,
              int64_t row, int64_t columns) {
  const float* sources[36];
  float* targets[36];
  for (int64_t column = 0; column < columns; column += kPanel) {
    const int64_t offset = PanelOffset(rows, columns, row, column);
    for (int i = 0; i < values; ++i) sources[i] = from[i] + column;
    for (int64_t i = 0; i < kProducts; ++i) targets[i] = matrices + i * Step(rows * columns) + offset;
    transform(sources, targets, std::min(kPanel, columns - column));
  }
}

bool Allocate(OpKernelContext* context, int64_t size, Tensor* tensor) {
  const auto status = context->allocate_temp(tensorflow::DT_FLOAT, TensorShape({size}), tensor);
  if (!status.ok()) context->CtxFailure(status);
  return status.ok();
}

// `turned`: by half a turn and with channels swapped, [3, 3, in, out] to [3, 3, out, in], as the gradient needs it.
void Turn(OpKernelContext* context, const float* filter, int64_t in, int64_t out, float* turned) {
  ForEach(context, 9 * CeilDivide(out, 16), [&](int64_t, int64_t index) {
    const int64_t cell = index % 9, first = index / 9 * 16, last = std::min(out, first + 16);
    const float* from = filter + (8 - cell) * in * out;
    float* to = turned + cell * in * out;
    for (int64_t block = 0; block < in; block += 16) {
      for (int64_t k = first; k < last; ++k) {
        for (int64_t c = block; c < block + 16; ++c) to[k * in + c] = from[c * out + k];
      }
    }
  });
}

class WinogradOp : public OpKernel {
 public:
  explicit WinogradOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("turned", &turned_));
  }

  void Compute(OpKernelContext* context) override {
    const Kernels* kernels = KernelsOfProcessor();
    const Tensor& x = context->input(0);
    const Tensor& given = context->input(1);
    OP_REQUIRES(context, kernels != nullptr && x.dims() == 4 && given.dims() == 4 && given.dim_size(0) == 3 &&
                             given.dim_size(1) == 3,
                tensorflow::errors::InvalidArgument("images and 3x3 filters expected, on a processor with FMA"));
    const int64_t in = given.dim_size(turned_ ? 3 : 2), out = given.dim_size(turned_ ? 2 : 3);
    OP_REQUIRES(context, x.dim_size(3) == in && in % kChannels == 0 && out % kChannels == 0,
                tensorflow::errors::InvalidArgument("channels must fit and be a multiple of 16"));
    Tensor* y = nullptr;
    TensorShape shape = x.shape();
    shape.set_dim(3, out);
    OP_REQUIRES_OK(context, context->allocate_output(0, shape, &y));

    const Tiles tiles(shape);
    // Products of a block of tiles stay in the second cache, unless the filters are so many that they must be used often.
    const int64_t together = in * out <= 128 * 128 ? 36 : in * out <= 256 * 256 ? 48 : 66;
    const int64_t block = std::min(together, std::max<int64_t>(1, CeilDivide(tiles.total, Lanes(context))));
    const int64_t scratch_size = kProducts * (Step(block * in) + Step(block * out));
    Tensor filters, turned, scratch, beyond;
    if (!Allocate(context, kProducts * Step(in * out), &filters) ||
        !Allocate(context, Lanes(context) * scratch_size, &scratch) || !Allocate(context, in, &beyond) ||
        !Allocate(context, turned_ ? 9 * in * out : 0, &turned)) {
      return;
    }
    std::fill_n(MutableData(&beyond), in, 0.0f);
    if (turned_) Turn(context, Data(given), out, in, MutableData(&turned));
    const float* filter = turned_ ? Data(turned) : Data(given);
    ForEach(context, in / kChannels, [&](int64_t, int64_t index) {
      for (int64_t c = index * kChannels; c < (index + 1) * kChannels; ++c) {
        const float* values[9];
        for (int i = 0; i < 9; ++i) values[i] = filter + (i * in + c) * out;
        ToPanels(kernels->filter, values, 9, MutableData(&filters), in, c, out);
      }
    });
    ForEach(context, CeilDivide(tiles.total, block), [&](int64_t lane, int64_t index) {
      const int64_t first = index * block, count = std::min(block, tiles.total - first);
      float* images = MutableData(&scratch) + lane * scratch_size;
      float* products = images + kProducts * Step(block * in);
      float* targets[36];
      const float* sources[36];
      for (int64_t tile = 0; tile < count; ++tile) {
        tiles.Point(Data(x), in, first + tile, 1, Data(beyond), sources);
        for (int64_t i = 0; i < kProducts; ++i) targets[i] = images + i * Step(block * in) + tile * in;
        kernels->image(sources, targets, in);
      }
      for (int64_t i = 0; i < kProducts; ++i) {
        for (int64_t panel = 0; panel < out; panel += kPanel) {
          const int64_t columns = std::min(kPanel, out - panel);
          kernels->multiply(count, columns, in, images + i * Step(block * in), in, 1,
                            Data(filters) + i * Step(in * out) + panel * in, columns,
                            products + i * Step(block * out) + panel, out, false);
        }
      }
      // What falls beyond the image goes where the images' products were.
      for (int64_t tile = 0; tile < count; ++tile) {
        for (int64_t i = 0; i < kProducts; ++i) sources[i] = products + i * Step(block * out) + tile * out;
        float* cells[16];
        tiles.Point(MutableData(y), out, first + tile, 0, static_cast<float*>(nullptr), cells);
        Finish(kernels, sources, cells, out, images);
      }
    });
  }

 private:
  static void Finish(const Kernels* kernels, const float* const* products, float** cells, int64_t channels,
                     float* sink) {
    // The sink holds a panel of channels.
    bool whole = true;
    for (int i = 0; i < 16; ++i) whole = whole && cells[i] != nullptr;
    if (whole) return kernels->output(products, cells, channels);
    const float* sources[36];
    float* targets[16];
    for (int64_t channel = 0; channel < channels; channel += kChannels) {
      for (int i = 0; i < 36; ++i) sources[i] = products[i] + channel;
      for (int i = 0; i < 16; ++i) targets[i] = cells[i] == nullptr ? sink : cells[i] + channel;
      kernels->output(sources, targets, kChannels);
    }
  }

  bool turned_;
};

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
    // Products of so many tiles stay in the third cache.
    const int64_t fitting = (int64_t{16} << 20) / (kProducts * sizeof(float) * (in + out));
    const int64_t together = std::max<int64_t>(1, std::min(tiles.total, std::max<int64_t>(32, fitting)));
    const int64_t image_step = Step(together * in), slope_step = Step(together * out);
    Tensor images, slopes, sums, beyond;
    if (!Allocate(context, kProducts * image_step, &images) || !Allocate(context, kProducts * slope_step, &slopes) ||
        !Allocate(context, kProducts * Step(in * out), &sums) || !Allocate(context, std::max(in, out), &beyond)) {
      return;
    }
    std::fill_n(MutableData(&beyond), std::max(in, out), 0.0f);
    constexpr int64_t kChunk = 8, kRows = 48;
    for (int64_t first = 0; first < tiles.total || first == 0; first += together) {
      const int64_t count = std::min(together, tiles.total - first);
      ForEach(context, CeilDivide(count, kChunk), [&](int64_t, int64_t index) {
        const float* sources[36];
        float* targets[36];
        for (int64_t tile = index * kChunk; tile < std::min(count, (index + 1) * kChunk); ++tile) {
          tiles.Point(Data(x), in, first + tile, 1, Data(beyond), sources);
          for (int64_t i = 0; i < kProducts; ++i) targets[i] = MutableData(&images) + i * image_step + tile * in;
          kernels->image(sources, targets, in);
          tiles.Point(Data(dy), out, first + tile, 0, Data(beyond), sources);
          ToPanels(kernels->output_gradient, sources, 16, MutableData(&slopes), together, tile, out);
        }
      });
      // Sums over tiles run in their order, whatever the threads and however many tiles fit.
      const int64_t parts = CeilDivide(in, kRows);
      ForEach(context, kProducts * parts, [&](int64_t, int64_t index) {
        const int64_t i = index / parts, row = index % parts * kRows;
        for (int64_t panel = 0; panel < out; panel += kPanel) {
          const int64_t columns = std::min(kPanel, out - panel);
          kernels->multiply(std::min(kRows, in - row), columns, count, Data(images) + i * image_step + row, 1, in,
                            Data(slopes) + i * slope_step + panel * together, columns,
                            MutableData(&sums) + i * Step(in * out) + row * out + panel, out, first > 0);
        }
      });
    }
    ForEach(context, in, [&](int64_t, int64_t c) {
      const float* sources[36];
      float* targets[9];
      for (int64_t i = 0; i < kProducts; ++i) sources[i] = Data(sums) + i * Step(in * out) + c * out;
      for (int i = 0; i < 9; ++i) targets[i] = MutableData(gradient) + (i * in + c) * out;
      kernels->filter_gradient(sources, targets, out);
    });
  }
};

REGISTER_OP("TwoshotWinograd")
    .Input("x: float")
    .Input("filter: float")
    .Output("y: float")
    .Attr("turned: bool");
REGISTER_KERNEL_BUILDER(Name("TwoshotWinograd").Device(tensorflow::DEVICE_CPU), WinogradOp);

REGISTER_OP("TwoshotWinogradFilterGrad").Input("x: float").Input("dy: float").Output("dfilter: float");
REGISTER_KERNEL_BUILDER(Name("TwoshotWinogradFilterGrad").Device(tensorflow::DEVICE_CPU), WinogradFilterGradOp);

}  // namespace
}  // namespace twoshot
