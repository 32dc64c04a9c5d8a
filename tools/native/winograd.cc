// 3x3 convolutions and the gradients of their images.

#include "winograd.h"

namespace twoshot {
namespace winograd {
namespace {

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

// Products of a few tiles of one lane stay in its second cache, with the filters streaming by.
constexpr int64_t kTogether = 36;
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
    Tensor turned, beyond;
    if (!Allocate(context, turned_ ? 9 * in * out : 0, &turned) || !Allocate(context, in, &beyond)) return;
    if (turned_) Turn(context, Data(given), out, in, MutableData(&turned));
    std::fill_n(MutableData(&beyond), in, 0.0f);
    const Job job = {kernels,    Tiles(shape), in, out, turned_ ? Data(turned) : Data(given), Data(x), MutableData(y),
                     Data(beyond)};
    // Many channels and few tiles: the transformed filters are too large to be read again for every block of tiles.
    if (in * out >= 256 * 256) return ByPanels(context, job);
    ByTiles(context, job);
  }

 private:
  struct Job {
    const Kernels* kernels;
    const Tiles tiles;
    const int64_t in, out;
    const float* filter;
    const float* x;
    float* y;
    const float* beyond;
  };

  // A lane takes a block of tiles through all channels of the output.
  static void ByTiles(OpKernelContext* context, const Job& job) {
    const int64_t in = job.in, out = job.out, total = job.tiles.total;
    const int64_t block = std::min(kTogether, std::max<int64_t>(1, CeilDivide(total, Lanes(context))));
    const int64_t size = kProducts * (Step(block * in) + Step(block * out));
    Tensor filters, scratch;
    if (!Allocate(context, kProducts * Step(in * out), &filters) || !Allocate(context, Lanes(context) * size, &scratch)) {
      return;
    }
    ForEach(context, in / kChannels, [&](int64_t, int64_t index) {
      for (int64_t c = index * kChannels; c < (index + 1) * kChannels; ++c) {
        const float* values[9];
        for (int i = 0; i < 9; ++i) values[i] = job.filter + (i * in + c) * out;
        ToPanels(job.kernels->filter, values, 9, MutableData(&filters), in, c, out);
      }
    });
    ForEach(context, CeilDivide(total, block), [&](int64_t lane, int64_t index) {
      const int64_t first = index * block, count = std::min(block, total - first);
      float* images = MutableData(&scratch) + lane * size;
      float* products = images + kProducts * Step(block * in);
      for (int64_t tile = 0; tile < count; ++tile) TakeTile(job, first + tile, images, Step(block * in), tile);
      for (int64_t i = 0; i < kProducts; ++i) {
        for (int64_t panel = 0; panel < out; panel += kPanel) {
          const int64_t columns = std::min(kPanel, out - panel);
          job.kernels->multiply(count, columns, in, images + i * Step(block * in), in, 1,
                                Data(filters) + i * Step(in * out) + panel * in, columns,
                                products + i * Step(block * out) + panel, out, false);
        }
      }
      for (int64_t tile = 0; tile < count; ++tile) {
        GiveTile(job, first + tile, products, Step(block * out), tile, out, 0, out);
      }
    });
  }

  // A lane takes all tiles through a panel of the output's channels.
  static void ByPanels(OpKernelContext* context, const Job& job) {
    const int64_t in = job.in, out = job.out, total = job.tiles.total;
    const int64_t together = SharedTiles(total, in), image_step = Step(together * in);
    const int64_t filter_step = Step(in * kPanel), product_step = Step(together * kPanel);
    const int64_t size = kProducts * (filter_step + product_step);
    Tensor images, scratch;
    if (!Allocate(context, kProducts * image_step, &images) || !Allocate(context, Lanes(context) * size, &scratch)) {
      return;
    }
    for (int64_t first = 0; first < total; first += together) {
      const int64_t count = std::min(together, total - first);
      ForEach(context, count, [&](int64_t, int64_t tile) {
        TakeTile(job, first + tile, MutableData(&images), image_step, tile);
      });
      ForEach(context, CeilDivide(out, kPanel), [&](int64_t lane, int64_t index) {
        const int64_t panel = index * kPanel, columns = std::min(kPanel, out - panel);
        float* filters = MutableData(&scratch) + lane * size;
        float* products = filters + kProducts * filter_step;
        float* targets[36];
        for (int64_t c = 0; c < in; ++c) {
          const float* values[9];
          for (int i = 0; i < 9; ++i) values[i] = job.filter + (i * in + c) * out + panel;
          for (int64_t i = 0; i < kProducts; ++i) targets[i] = filters + i * filter_step + c * columns;
          job.kernels->filter(values, targets, columns);
        }
        for (int64_t i = 0; i < kProducts; ++i) {
          job.kernels->multiply(count, columns, in, Data(images) + i * image_step, in, 1, filters + i * filter_step,
                                columns, products + i * product_step, columns, false);
        }
        for (int64_t tile = 0; tile < count; ++tile) {
          GiveTile(job, first + tile, products, product_step, tile, columns, panel, columns);
        }
      });
    }
  }

  static void TakeTile(const Job& job, int64_t tile, float* images, int64_t step, int64_t row) {
    const float* sources[36];
    float* targets[36];
    job.tiles.Point(job.x, job.in, tile, 1, job.beyond, sources);
    for (int64_t i = 0; i < kProducts; ++i) targets[i] = images + i * step + row * job.in;
    job.kernels->image(sources, targets, job.in);
  }

  // Channels [panel, panel + columns) of a tile; row `row` of the products, `width` long, holds them.
  static void GiveTile(const Job& job, int64_t tile, const float* products, int64_t step, int64_t row, int64_t width,
                       int64_t panel, int64_t columns) {
    const float* sources[36];
    float* cells[16];
    float sink[kPanel];
    job.tiles.Point(job.y, job.out, tile, 0, static_cast<float*>(nullptr), cells);
    for (int64_t done = 0; done < columns; done += kPanel) {
      float* targets[16];
      for (int64_t i = 0; i < kProducts; ++i) sources[i] = products + i * step + row * width + done;
      for (int i = 0; i < 16; ++i) targets[i] = cells[i] == nullptr ? sink : cells[i] + panel + done;
      job.kernels->output(sources, targets, std::min(kPanel, columns - done));
    }
  }

  bool turned_;
};

REGISTER_OP("TwoshotWinograd")
    .Input("x: float")
    .Input("filter: float")
    .Output("y: float")
    .Attr("turned: bool");
REGISTER_KERNEL_BUILDER(Name("TwoshotWinograd").Device(tensorflow::DEVICE_CPU), WinogradOp);

}  // namespace
}  // namespace winograd
}  // namespace twoshot
