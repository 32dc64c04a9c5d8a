// A convolution with constant weights, and what follows it, in one pass.

#include "convolution.h"
#include "op.h"

namespace twoshot {
namespace convolution {
namespace {

// Rows of a product that a thread takes at a time: they stay in its second cache while the weights stream by.
constexpr int64_t kTogether = 192;
// Numbers of the rows of images that a thread puts between zeros at a time.
constexpr int64_t kCopied = 1 << 16;

// x [batch, height, width, in], filter [panels, rows * columns * in, 48] and bias [panels * 48] with zeros after the
// last output, residual as y or none -> y [batch, height', width', outputs], within [low, high].
class ConvolutionOp : public OpKernel {
 public:
  explicit ConvolutionOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("size", &size_));
    OP_REQUIRES_OK(context, context->GetAttr("strides", &strides_));
    OP_REQUIRES_OK(context, context->GetAttr("padding", &padding_));
    OP_REQUIRES_OK(context, context->GetAttr("outputs", &outputs_));
    OP_REQUIRES_OK(context, context->GetAttr("low", &low_));
    OP_REQUIRES_OK(context, context->GetAttr("high", &high_));
  }

  void Compute(OpKernelContext* context) override {
    const Kernels* kernels = KernelsOfProcessor();
    const Tensor& x = context->input(0);
    const Tensor& filter = context->input(1);
    const Tensor& bias = context->input(2);
    OP_REQUIRES(context, kernels != nullptr && x.dims() == 4 && filter.dims() == 3,
                tensorflow::errors::InvalidArgument("images and a packed filter expected, on a processor with FMA"));
    const int64_t in = x.dim_size(3), panels = CeilDivide(outputs_, kPanel);
    OP_REQUIRES(context,
                filter.dim_size(0) == panels && filter.dim_size(1) == size_[0] * size_[1] * in &&
                    filter.dim_size(2) == kPanel && bias.NumElements() == panels * kPanel,
                tensorflow::errors::InvalidArgument("images, filter and bias do not fit"));
    const int64_t rows = (x.dim_size(1) + padding_[0] + padding_[1] - size_[0]) / strides_[0] + 1;
    const int64_t columns = (x.dim_size(2) + padding_[2] + padding_[3] - size_[1]) / strides_[1] + 1;
    const TensorShape shape({x.dim_size(0), rows, columns, outputs_});
    OpInputList residual;
    OP_REQUIRES_OK(context, context->input_list("residual", &residual));
    OP_REQUIRES(context, residual.size() == 0 || residual[0].shape() == shape,
                tensorflow::errors::InvalidArgument("the residual has another shape than the output"));
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, shape, &y));
    if (y->NumElements() == 0) return;
    Product product = {};
    product.a = Data(x);
    product.b = Data(filter);
    product.bias = Data(bias);
    product.residual = residual.size() == 0 ? nullptr : Data(residual[0]);
    product.c = MutableData(y);
    product.c_row = outputs_;
    product.low = low_;
    product.high = high_;
    const bool is_plain = size_[0] == 1 && size_[1] == 1 && strides_[0] == 1 && strides_[1] == 1 &&
                          padding_ == std::vector<int64_t>(4, 0);
    if (is_plain) return Cells(context, *kernels, product, in, y->NumElements() / outputs_);
    Windows(context, *kernels, product, x.shape(), shape);
  }

 private:
  // Panels [first, last) of rows [row, row + product.rows).
  void Panels(const Kernels& kernels, Product product, int64_t row, int64_t first, int64_t last) const {
    const int64_t depth = product.blocks * product.depth, start = row * outputs_;
    const float* b = product.b;
    const float* bias = product.bias;
    const float* residual = product.residual;
    float* c = product.c;
    for (int64_t panel = first; panel < last; ++panel) {
      product.columns = std::min(kPanel, outputs_ - panel * kPanel);
      product.b = b + panel * depth * kPanel;
      product.bias = bias + panel * kPanel;
      product.residual = residual == nullptr ? nullptr : residual + start + panel * kPanel;
      product.c = c + start + panel * kPanel;
      kernels.multiply(product);
    }
  }

  // Filters of one cell: one product of matrices.
  void Cells(OpKernelContext* context, const Kernels& kernels, Product product, int64_t in, int64_t total) const {
    product.a_row = product.depth = in;
    product.blocks = 1;
    const int64_t panels = CeilDivide(outputs_, kPanel), chunks = CeilDivide(total, kTogether);
    // Few rows: threads share the panels.
    const int64_t parts = std::min(panels, std::max<int64_t>(1, CeilDivide(4 * Lanes(context), chunks)));
    ForEach(context, chunks * parts, [&](int64_t, int64_t index) {
      const int64_t row = index / parts * kTogether, part = index % parts;
      Product chunk = product;
      chunk.rows = std::min(kTogether, total - row);
      chunk.a += row * in;
      Panels(kernels, chunk, row, panels * part / parts, panels * (part + 1) / parts);
    });
  }

  // Of a window the cells of a row follow one another in the images, so that nothing but zeros around them is copied.
  void Windows(OpKernelContext* context, const Kernels& kernels, Product product, const TensorShape& images,
               const TensorShape& outputs) const {
    const int64_t height = images.dim_size(1), in = images.dim_size(3), line = images.dim_size(2) * in;
    const int64_t width = line + (padding_[2] + padding_[3]) * in;
    const int64_t rows = outputs.dim_size(1), columns = outputs.dim_size(2);
    const int64_t reach = std::max<int64_t>(1, (kCopied / width - size_[0]) / strides_[0] + 1);
    const int64_t strips = CeilDivide(rows, std::min(rows, reach)), strip = CeilDivide(rows, strips);
    const int64_t copied = width * ((strip - 1) * strides_[0] + size_[0]);
    Tensor scratch;
    if (!Allocate(context, Lanes(context) * copied, &scratch)) return;
    product.rows = columns;
    product.a_row = strides_[1] * in;
    product.blocks = size_[0];
    product.a_block = width;
    product.depth = size_[1] * in;
    const float* x = product.a;
    ForEach(context, images.dim_size(0) * strips, [&](int64_t lane, int64_t index) {
      const int64_t image = index / strips, first = index % strips * strip, last = std::min(rows, first + strip);
      float* between = MutableData(&scratch) + lane * copied;
      for (int64_t i = 0; i * width < copied; ++i) {
        const int64_t y = first * strides_[0] - padding_[0] + i;
        float* to = between + i * width;
        std::fill_n(to, width, 0.0f);
        if (y >= 0 && y < height) std::copy_n(x + (image * height + y) * line, line, to + padding_[2] * in);
      }
      for (int64_t row = first; row < last; ++row) {
        Product cells = product;
        cells.a = between + (row - first) * strides_[0] * width;
        Panels(kernels, cells, (image * rows + row) * columns, 0, CeilDivide(outputs_, kPanel));
      }
    });
  }

  std::vector<int64_t> size_, strides_, padding_;
  int64_t outputs_;
  float low_, high_;
};

REGISTER_OP("TwoshotConvolution")
    .Input("x: float")
    .Input("filter: float")
    .Input("bias: float")
    .Input("residual: residuals * float")
    .Output("y: float")
    .Attr("residuals: int >= 0")
    .Attr("size: list(int)")
    .Attr("strides: list(int)")
    .Attr("padding: list(int)")
    .Attr("outputs: int")
    .Attr("low: float")
    .Attr("high: float");
REGISTER_KERNEL_BUILDER(Name("TwoshotConvolution").Device(tensorflow::DEVICE_CPU), ConvolutionOp);

}  // namespace
}  // namespace convolution
}  // namespace twoshot
