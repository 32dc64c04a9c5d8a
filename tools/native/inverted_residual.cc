// An inverted residual block (Sandler et al. 2018) with constant weights: 1x1 to more channels, a depthwise filter, 1x1
// to fewer. What lies between goes through the second cache, 48 channels at a time, and never reaches the memory.

#include <limits>

#include "convolution.h"
#include "op.h"

namespace twoshot {
namespace convolution {
namespace {

// Numbers of 48 channels of a strip of images that a thread widens at a time.
constexpr int64_t kWidened = 3 << 15;
// Rows of a product that pay for streaming the weights: small images are taken together.
constexpr int64_t kTogether = 192;

// x [batch, height, width, in]; filters [panels, depth, 48] and biases [panels * 48] with zeros after the last channel,
// `wide` from in to inner channels (none: x has them), `depthwise` [blocks, size * size, 48], `narrow` from inner to
// outputs -> y [batch, height', width', outputs], plus x where `residual`. Inner values lie within [0, limit].
class InvertedResidualOp : public OpKernel {
 public:
  explicit InvertedResidualOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("size", &size_));
    OP_REQUIRES_OK(context, context->GetAttr("stride", &stride_));
    OP_REQUIRES_OK(context, context->GetAttr("padding", &padding_));
    OP_REQUIRES_OK(context, context->GetAttr("inner", &inner_));
    OP_REQUIRES_OK(context, context->GetAttr("outputs", &outputs_));
    OP_REQUIRES_OK(context, context->GetAttr("residual", &residual_));
    OP_REQUIRES_OK(context, context->GetAttr("limit", &limit_));
    OP_REQUIRES(context, (size_ == 3 || size_ == 5) && (stride_ == 1 || stride_ == 2),
                tensorflow::errors::InvalidArgument("a side of 3 or 5 and a stride of 1 or 2 expected"));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    OpInputList wide, depthwise, narrow;
    OP_REQUIRES_OK(context, context->input_list("wide", &wide));
    OP_REQUIRES_OK(context, context->input_list("depthwise", &depthwise));
    OP_REQUIRES_OK(context, context->input_list("narrow", &narrow));
    OP_REQUIRES(context, KernelsOfProcessor() != nullptr && x.dims() == 4,
                tensorflow::errors::InvalidArgument("images expected, on a processor with FMA"));
    Job job = {*KernelsOfProcessor()};
    job.batch = x.dim_size(0);
    job.height = x.dim_size(1);
    job.width = x.dim_size(2);
    job.in = x.dim_size(3);
    job.rows = (job.height + padding_[0] + padding_[1] - size_) / stride_ + 1;
    job.columns = (job.width + padding_[2] + padding_[3] - size_) / stride_ + 1;
    job.blocks = CeilDivide(inner_, kPanel);
    job.cell = job.blocks == 1 ? CeilDivide(inner_, 16) * 16 : kPanel;
    job.line = std::max(padding_[2] + job.width, (job.columns - 1) * stride_ + size_) * job.cell;
    const int64_t depth = job.blocks * job.cell, panels = CeilDivide(outputs_, kPanel), blocks = job.blocks;
    OP_REQUIRES(context,
                (wide.size() == 0 ? job.in == inner_ : Fits(wide, blocks, job.in)) &&
                    Fits(depthwise, blocks, size_ * size_) && Fits(narrow, panels, depth),
                tensorflow::errors::InvalidArgument("images, filters and biases do not fit"));
    const TensorShape shape({job.batch, job.rows, job.columns, outputs_});
    OP_REQUIRES(context, !residual_ || shape == x.shape(),
                tensorflow::errors::InvalidArgument("a residual needs an output of the shape of the images"));
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, shape, &y));
    if (y->NumElements() == 0) return;
    job.x = Data(x);
    job.y = MutableData(y);
    if (wide.size() > 0) job.wide = {Data(wide[0]), Data(wide[1])};
    job.depthwise = {Data(depthwise[0]), Data(depthwise[1])};
    job.narrow = {Data(narrow[0]), Data(narrow[1])};

    const int64_t lanes = Lanes(context);
    const int64_t reach = std::max<int64_t>(1, (kWidened / job.line - size_) / stride_ + 1);
    int64_t strips = CeilDivide(job.rows, std::min(job.rows, reach));
    if (strips > 1 && job.batch < 4 * lanes) strips = std::min(job.rows, CeilDivide(strips, lanes) * lanes);
    job.strip = CeilDivide(job.rows, strips);
    job.together = strips > 1 ? 1 : std::min(CeilDivide(kTogether, job.rows * job.columns), CeilDivide(job.batch, lanes));
    job.image = ((job.strip - 1) * stride_ + size_) * job.line;
    job.block = job.together * job.strip * job.columns * job.cell;
    strips = CeilDivide(job.rows, job.strip);
    const int64_t parts = CeilDivide(job.batch, job.together) * strips, widened = job.together * job.image;
    const auto part_of = [&](int64_t index) {
      const int64_t image = index / strips * job.together, row = index % strips * job.strip;
      return Part{image, std::min(job.together, job.batch - image), row, std::min(job.strip, job.rows - row)};
    };
    Tensor scratch, spread;
    const bool is_shared = parts < lanes;
    if (!Allocate(context, lanes * widened, &scratch) ||
        !Allocate(context, (is_shared ? 1 : lanes) * blocks * job.block, &spread)) {
      return;
    }
    if (!is_shared) {
      return ForEach(context, parts, [&](int64_t lane, int64_t index) {
        float* between = MutableData(&scratch) + lane * widened;
        float* cells = MutableData(&spread) + lane * blocks * job.block;
        const Part part = part_of(index);
        const auto places = Surround(job, part, between);
        for (int64_t block = 0; block < blocks; ++block) Widen(job, part, places, block, between, cells);
        for (int64_t panel = 0; panel < panels; ++panel) Narrow(job, part, panel, cells);
      });
    }
    // Fewer images than threads, which therefore share the channels.
    for (int64_t index = 0; index < parts; ++index) {
      const Part part = part_of(index);
      ForEach(context, blocks, [&](int64_t lane, int64_t block) {
        float* between = MutableData(&scratch) + lane * widened;
        Widen(job, part, Surround(job, part, between), block, between, MutableData(&spread));
      });
      ForEach(context, panels, [&](int64_t, int64_t panel) { Narrow(job, part, panel, Data(spread)); });
    }
  }

 private:
  struct Weights {
    const float* filter;
    const float* bias;
  };

  struct Job {
    const Kernels& kernels;
    int64_t batch, height, width, in, rows, columns;
    // Channels between come in `blocks` of `cell`.
    int64_t blocks, cell;
    // Images and rows of the output of a part.
    int64_t together, strip;
    // Numbers of a row between zeros, of an image of such rows, of a block of a part of the depthwise output.
    int64_t line, image, block;
    const float* x;
    float* y;
    Weights wide, depthwise, narrow;
  };

  // Images, and rows of their outputs.
  struct Part {
    int64_t image, images, row, rows;
  };

  static bool Fits(const OpInputList& weights, int64_t panels, int64_t depth) {
    return weights.size() == 2 && weights[0].shape() == TensorShape({panels, depth, kPanel}) &&
           weights[1].NumElements() == panels * kPanel;
  }

  int64_t Top(const Part& part) const { return part.row * stride_ - padding_[0]; }

  // Sets the zeros around a part, and says where the cells of its images lie between them.
  std::vector<int64_t> Surround(const Job& job, const Part& part, float* between) const {
    std::vector<int64_t> places;
    const int64_t top = Top(part), reach = (part.rows - 1) * stride_ + size_;
    for (int64_t image = 0; image < part.images; ++image) {
      for (int64_t row = 0; row < reach; ++row) {
        const int64_t start = image * job.image + row * job.line, first = start + padding_[2] * job.cell;
        if (top + row < 0 || top + row >= job.height) {
          std::fill_n(between + start, job.line, 0.0f);
          continue;
        }
        const int64_t last = first + job.width * job.cell;
        std::fill(between + start, between + first, 0.0f);
        std::fill(between + last, between + start + job.line, 0.0f);
        for (int64_t place = first; place < last; place += job.cell) places.push_back(place);
      }
    }
    return places;
  }

  // A block of channels of a part, after the depthwise filter: `cells` [blocks, cells of the part, cell].
  void Widen(const Job& job, const Part& part, const std::vector<int64_t>& places, int64_t block, float* between,
             float* cells) const {
    const int64_t first = std::max<int64_t>(0, Top(part)), row = part.image * job.height + first;
    const float* x = job.x + row * job.width * job.in;
    const int64_t channels = std::min(job.cell, inner_ - block * job.cell);
    if (job.wide.filter != nullptr) {
      Product product = {};
      product.rows = places.size();
      product.columns = job.cell;
      product.a = x;
      product.a_row = product.depth = job.in;
      product.blocks = 1;
      product.b = job.wide.filter + block * job.in * kPanel;
      product.bias = job.wide.bias + block * kPanel;
      product.c = between;
      product.places = places.data();
      product.high = limit_;
      job.kernels.multiply(product);
    } else {
      // Whole rows at once where a block has all channels.
      const int64_t run = channels == job.in && channels == job.cell ? job.width : 1;
      for (size_t i = 0; i < places.size(); i += run) {
        const float* from = x + i * job.in + block * job.cell;
        float* to = between + places[i];
        std::copy_n(from, run * channels, to);
        std::fill(to + run * channels, to + run * job.cell, 0.0f);
      }
    }
    for (int64_t image = 0; image < part.images; ++image) {
      const int64_t size = part.rows * job.columns * job.cell;
      job.kernels.depthwise[size_ == 5][stride_ - 1]({between + image * job.image, job.line, job.cell, part.rows,
                                                      job.columns, cells + block * job.block + image * size,
                                                      job.depthwise.filter + block * size_ * size_ * kPanel,
                                                      job.depthwise.bias + block * kPanel, job.cell, 0.0f, limit_});
    }
  }

  void Narrow(const Job& job, const Part& part, int64_t panel, const float* cells) const {
    const int64_t start = (part.image * job.rows + part.row) * job.columns * outputs_ + panel * kPanel;
    const float infinity = std::numeric_limits<float>::infinity();
    Product product = {};
    product.rows = part.images * part.rows * job.columns;
    product.columns = std::min(kPanel, outputs_ - panel * kPanel);
    product.a = cells;
    product.a_row = product.depth = job.cell;
    product.blocks = job.blocks;
    product.a_block = job.block;
    product.b = job.narrow.filter + panel * job.blocks * job.cell * kPanel;
    product.bias = job.narrow.bias + panel * kPanel;
    product.residual = residual_ ? job.x + start : nullptr;
    product.c = job.y + start;
    product.c_row = outputs_;
    product.low = -infinity;
    product.high = infinity;
    job.kernels.multiply(product);
  }

  int64_t size_, stride_, inner_, outputs_;
  std::vector<int64_t> padding_;
  bool residual_;
  float limit_;
};

REGISTER_OP("TwoshotInvertedResidual")
    .Input("x: float")
    .Input("wide: wides * float")
    .Input("depthwise: depthwises * float")
    .Input("narrow: narrows * float")
    .Output("y: float")
    .Attr("wides: int >= 0")
    .Attr("depthwises: int >= 0")
    .Attr("narrows: int >= 0")
    .Attr("size: int")
    .Attr("stride: int")
    .Attr("padding: list(int)")
    .Attr("inner: int")
    .Attr("outputs: int")
    .Attr("residual: bool")
    .Attr("limit: float");
REGISTER_KERNEL_BUILDER(Name("TwoshotInvertedResidual").Device(tensorflow::DEVICE_CPU), InvertedResidualOp);

}  // namespace
}  // namespace convolution
}  // namespace twoshot
