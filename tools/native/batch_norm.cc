// Batch normalisation with what usually follows it, the sum with a residual and the rectifier, in one pass less over
// memory for each of them.

#include "op.h"

namespace twoshot {
namespace {

// Rows are summed in chunks of this many bytes, which stay in the second cache for a second look, and the chunks'
// sums one after the other: the result does not depend on the number of threads.
constexpr int64_t kChunkBytes = 128 * 1024;

int64_t RowsOfChunk(int64_t channels) {
  return std::max<int64_t>(1, kChunkBytes / (channels * static_cast<int64_t>(sizeof(float))));
}

TWOSHOT_VECTORISED void SumRows(const float* __restrict x, int64_t rows, int64_t channels, float* __restrict sum) {
  std::fill(sum, sum + channels, 0.0f);
  for (int64_t row = 0; row < rows; ++row, x += channels) {
    for (int64_t c = 0; c < channels; ++c) sum[c] += x[c];
  }
}

TWOSHOT_VECTORISED void SumSquares(const float* __restrict x, int64_t rows, int64_t channels,
                                   const float* __restrict mean, float* __restrict sum) {
  std::fill(sum, sum + channels, 0.0f);
  for (int64_t row = 0; row < rows; ++row, x += channels) {
    for (int64_t c = 0; c < channels; ++c) {
      const float centred = x[c] - mean[c];
      sum[c] += centred * centred;
    }
  }
}

TWOSHOT_VECTORISED void Transform(const float* __restrict x, const float* __restrict residual, bool relu, int64_t rows,
                                  int64_t channels, const float* __restrict mean, const float* __restrict scale,
                                  const float* __restrict beta, float* __restrict y) {
  const float floor = relu ? 0.0f : -INFINITY;
  for (int64_t row = 0; row < rows; ++row, x += channels, y += channels) {
    if (residual != nullptr) {
      for (int64_t c = 0; c < channels; ++c) {
        const float value = (x[c] - mean[c]) * scale[c] + beta[c] + residual[c];
        y[c] = value < floor ? floor : value;
      }
      residual += channels;
    } else {
      for (int64_t c = 0; c < channels; ++c) {
        const float value = (x[c] - mean[c]) * scale[c] + beta[c];
        y[c] = value < floor ? floor : value;
      }
    }
  }
}

// Sums of the gradient, and of the gradient times the normalised input. `y` is null without a rectifier.
TWOSHOT_VECTORISED void SumGradients(const float* __restrict dy, const float* __restrict x, const float* __restrict y,
                                     int64_t rows, int64_t channels, const float* __restrict mean,
                                     float* __restrict sum, float* __restrict product) {
  std::fill(sum, sum + channels, 0.0f);
  std::fill(product, product + channels, 0.0f);
  for (int64_t row = 0; row < rows; ++row, dy += channels, x += channels) {
    if (y != nullptr) {
      for (int64_t c = 0; c < channels; ++c) {
        const float gradient = y[c] > 0.0f ? dy[c] : 0.0f;
        sum[c] += gradient;
        product[c] += gradient * (x[c] - mean[c]);
      }
      y += channels;
    } else {
      for (int64_t c = 0; c < channels; ++c) {
        sum[c] += dy[c];
        product[c] += dy[c] * (x[c] - mean[c]);
      }
    }
  }
}

// dx = scale * gradient - slope * (x - mean) - shift; the residual, if any, takes the gradient itself.
TWOSHOT_VECTORISED void TransformGradient(const float* __restrict dy, const float* __restrict x,
                                          const float* __restrict y, int64_t rows, int64_t channels,
                                          const float* __restrict mean, const float* __restrict scale,
                                          const float* __restrict slope, const float* __restrict shift,
                                          float* __restrict dx, float* __restrict dresidual) {
  for (int64_t row = 0; row < rows; ++row, dy += channels, x += channels, dx += channels) {
    if (y != nullptr && dresidual != nullptr) {
      for (int64_t c = 0; c < channels; ++c) {
        const float gradient = y[c] > 0.0f ? dy[c] : 0.0f;
        dresidual[c] = gradient;
        dx[c] = scale[c] * gradient - slope[c] * (x[c] - mean[c]) - shift[c];
      }
      dresidual += channels;
    } else if (y != nullptr) {
      for (int64_t c = 0; c < channels; ++c) {
        const float gradient = y[c] > 0.0f ? dy[c] : 0.0f;
        dx[c] = scale[c] * gradient - slope[c] * (x[c] - mean[c]) - shift[c];
      }
    } else {
      for (int64_t c = 0; c < channels; ++c) dx[c] = scale[c] * dy[c] - slope[c] * (x[c] - mean[c]) - shift[c];
    }
    if (y != nullptr) y += channels;
  }
}

// How `[..., channels]` is cut into chunks of rows.
struct Chunks {
  explicit Chunks(const Tensor& x)
      : channels(x.dim_size(x.dims() - 1)),
        rows(x.NumElements() / std::max<int64_t>(1, channels)),
        chunk(RowsOfChunk(channels)),
        count((rows + chunk - 1) / chunk) {}

  int64_t Rows(int64_t index) const { return std::min(chunk, rows - index * chunk); }
  int64_t Offset(int64_t index) const { return index * chunk * channels; }

  const int64_t channels, rows, chunk, count;
};

void ForEachChunk(OpKernelContext* context, const Chunks& chunks, const std::function<void(int64_t)>& work) {
  ParallelFor(context, chunks.count, kChunkBytes / 8, [&](int64_t begin, int64_t end) {
    for (int64_t index = begin; index < end; ++index) work(index);
  });
}

class BatchNormOp : public OpKernel {
 public:
  explicit BatchNormOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("epsilon", &epsilon_));
    OP_REQUIRES_OK(context, context->GetAttr("relu", &relu_));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    OpInputList residual;
    OP_REQUIRES_OK(context, context->input_list("residual", &residual));
    OP_REQUIRES(context, x.dims() >= 1, tensorflow::errors::InvalidArgument("x must have channels"));
    const Chunks chunks(x);
    const int64_t channels = chunks.channels;
    OP_REQUIRES(context,
                context->input(1).NumElements() == channels && context->input(2).NumElements() == channels &&
                    (residual.size() == 0 || residual[0].NumElements() == x.NumElements()),
                tensorflow::errors::InvalidArgument("gamma, beta and residual must fit x"));
    Tensor *y, *mean, *variance, *inverse;
    OP_REQUIRES_OK(context, context->allocate_output(0, x.shape(), &y));
    OP_REQUIRES_OK(context, context->allocate_output(1, TensorShape({channels}), &mean));
    OP_REQUIRES_OK(context, context->allocate_output(2, TensorShape({channels}), &variance));
    OP_REQUIRES_OK(context, context->allocate_output(3, TensorShape({channels}), &inverse));

    // A mean and a sum of squares around it for each chunk, merged as Chan, Golub and LeVeque (1979) do.
    std::vector<float> sums(chunks.count * channels), squares(chunks.count * channels);
    ForEachChunk(context, chunks, [&](int64_t index) {
      float* sum = &sums[index * channels];
      const float* from = Data(x) + chunks.Offset(index);
      SumRows(from, chunks.Rows(index), channels, sum);
      for (int64_t c = 0; c < channels; ++c) sum[c] /= static_cast<float>(chunks.Rows(index));
      SumSquares(from, chunks.Rows(index), channels, sum, &squares[index * channels]);
    });
    std::vector<float> scale(channels);
    for (int64_t c = 0; c < channels; ++c) {
      double centre = 0, square = 0, count = 0;
      for (int64_t index = 0; index < chunks.count; ++index) {
        const double rows = static_cast<double>(chunks.Rows(index));
        const double step = sums[index * channels + c] - centre;
        centre += step * rows / (count + rows);
        square += squares[index * channels + c] + step * step * count * rows / (count + rows);
        count += rows;
      }
      const double spread = count > 0 ? square / count : 0;
      const double factor = 1 / std::sqrt(spread + epsilon_);
      MutableData(mean)[c] = static_cast<float>(centre);
      MutableData(variance)[c] = static_cast<float>(spread);
      MutableData(inverse)[c] = static_cast<float>(factor);
      scale[c] = static_cast<float>(factor * Data(context->input(1))[c]);
    }
    ForEachChunk(context, chunks, [&](int64_t index) {
      const int64_t offset = chunks.Offset(index);
      Transform(Data(x) + offset, residual.size() == 0 ? nullptr : Data(residual[0]) + offset, relu_,
                chunks.Rows(index), channels, Data(*mean), scale.data(), Data(context->input(2)),
                MutableData(y) + offset);
    });
  }

 private:
  float epsilon_;
  bool relu_;
};

// With statistics that are given, as in evaluation.
class NormaliseOp : public OpKernel {
 public:
  explicit NormaliseOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("relu", &relu_));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    OpInputList residual;
    OP_REQUIRES_OK(context, context->input_list("residual", &residual));
    OP_REQUIRES(context, x.dims() >= 1, tensorflow::errors::InvalidArgument("x must have channels"));
    const Chunks chunks(x);
    bool fits = residual.size() == 0 || residual[0].NumElements() == x.NumElements();
    for (int input = 1; input < 4; ++input) fits = fits && context->input(input).NumElements() == chunks.channels;
    OP_REQUIRES(context, fits, tensorflow::errors::InvalidArgument("mean, scale, beta and residual must fit x"));
    Tensor* y;
    OP_REQUIRES_OK(context, context->allocate_output(0, x.shape(), &y));
    ForEachChunk(context, chunks, [&](int64_t index) {
      const int64_t offset = chunks.Offset(index);
      Transform(Data(x) + offset, residual.size() == 0 ? nullptr : Data(residual[0]) + offset, relu_,
                chunks.Rows(index), chunks.channels, Data(context->input(1)), Data(context->input(2)),
                Data(context->input(3)), MutableData(y) + offset);
    });
  }

 private:
  bool relu_;
};

class BatchNormGradOp : public OpKernel {
 public:
  explicit BatchNormGradOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("relu", &relu_));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor& dy = context->input(0);
    const Tensor& x = context->input(1);
    const Tensor& y = context->input(2);
    const float* gamma = Data(context->input(3));
    const float* mean = Data(context->input(4));
    const float* inverse = Data(context->input(5));
    const Chunks chunks(x);
    const int64_t channels = chunks.channels;
    bool fits = dy.NumElements() == x.NumElements() && y.NumElements() == x.NumElements();
    for (int input = 3; input < 6; ++input) fits = fits && context->input(input).NumElements() == channels;
    OP_REQUIRES(context, fits, tensorflow::errors::InvalidArgument("dy, y and the statistics must fit x"));
    Tensor *dx, *dgamma, *dbeta;
    OpOutputList dresidual;
    OP_REQUIRES_OK(context, context->allocate_output(0, x.shape(), &dx));
    OP_REQUIRES_OK(context, context->allocate_output(1, TensorShape({channels}), &dgamma));
    OP_REQUIRES_OK(context, context->allocate_output(2, TensorShape({channels}), &dbeta));
    OP_REQUIRES_OK(context, context->output_list("dresidual", &dresidual));
    float* residual = nullptr;
    if (dresidual.size() > 0) {
      Tensor* output = nullptr;
      OP_REQUIRES_OK(context, dresidual.allocate(0, x.shape(), &output));
      residual = MutableData(output);
    }

    std::vector<float> sums(chunks.count * channels), products(chunks.count * channels);
    ForEachChunk(context, chunks, [&](int64_t index) {
      const int64_t offset = chunks.Offset(index);
      SumGradients(Data(dy) + offset, Data(x) + offset, relu_ ? Data(y) + offset : nullptr, chunks.Rows(index),
                   channels, mean, &sums[index * channels], &products[index * channels]);
    });
    std::vector<float> scale(channels), slope(channels), shift(channels);
    for (int64_t c = 0; c < channels; ++c) {
      double sum = 0, product = 0;
      for (int64_t index = 0; index < chunks.count; ++index) {
        sum += sums[index * channels + c];
        product += products[index * channels + c];
      }
      const double factor = static_cast<double>(gamma[c]) * inverse[c];
      const double rows = static_cast<double>(std::max<int64_t>(1, chunks.rows));
      MutableData(dbeta)[c] = static_cast<float>(sum);
      MutableData(dgamma)[c] = static_cast<float>(product * inverse[c]);
      scale[c] = static_cast<float>(factor);
      slope[c] = static_cast<float>(factor * inverse[c] * inverse[c] * product / rows);
      shift[c] = static_cast<float>(factor * sum / rows);
    }
    ForEachChunk(context, chunks, [&](int64_t index) {
      const int64_t offset = chunks.Offset(index);
      TransformGradient(Data(dy) + offset, Data(x) + offset, relu_ ? Data(y) + offset : nullptr, chunks.Rows(index),
                        channels, mean, scale.data(), slope.data(), shift.data(), MutableData(dx) + offset,
                        residual == nullptr ? nullptr : residual + offset);
    });
  }

 private:
  bool relu_;
};

REGISTER_OP("TwoshotBatchNorm")
    .Input("x: float")
    .Input("gamma: float")
    .Input("beta: float")
    .Input("residual: M * float")
    .Output("y: float")
    .Output("mean: float")
    .Output("variance: float")
    .Output("inverse: float")
    .Attr("M: int >= 0")
    .Attr("epsilon: float")
    .Attr("relu: bool");
REGISTER_KERNEL_BUILDER(Name("TwoshotBatchNorm").Device(tensorflow::DEVICE_CPU), BatchNormOp);

REGISTER_OP("TwoshotNormalise")
    .Input("x: float")
    .Input("mean: float")
    .Input("scale: float")
    .Input("beta: float")
    .Input("residual: M * float")
    .Output("y: float")
    .Attr("M: int >= 0")
    .Attr("relu: bool");
REGISTER_KERNEL_BUILDER(Name("TwoshotNormalise").Device(tensorflow::DEVICE_CPU), NormaliseOp);

REGISTER_OP("TwoshotBatchNormGrad")
    .Input("dy: float")
    .Input("x: float")
    .Input("y: float")
    .Input("gamma: float")
    .Input("mean: float")
    .Input("inverse: float")
    .Output("dx: float")
    .Output("dgamma: float")
    .Output("dbeta: float")
    .Output("dresidual: M * float")
    .Attr("M: int >= 0")
    .Attr("relu: bool");
REGISTER_KERNEL_BUILDER(Name("TwoshotBatchNormGrad").Device(tensorflow::DEVICE_CPU), BatchNormGradOp);

}  // namespace
}  // namespace twoshot
