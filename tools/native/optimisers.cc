// One op updates all parameters of a network: TensorFlow.js takes about fourteen ops for each of them.

#include <utility>

#include "op.h"

namespace twoshot {
namespace {

// Calls `update(tensor, begin, end)` for parts of the elements of all tensors, laid end to end.
template <typename Update>
void ForEachElement(OpKernelContext* context, const OpInputList& tensors, const Update& update) {
  std::vector<int64_t> starts = {0};
  for (int index = 0; index < tensors.size(); ++index) starts.push_back(starts.back() + tensors[index].NumElements());
  ParallelFor(context, starts.back(), 2, [&](int64_t begin, int64_t end) {
    int index = static_cast<int>(std::upper_bound(starts.begin(), starts.end(), begin) - starts.begin()) - 1;
    for (; index < tensors.size() && starts[index] < end; ++index) {
      const int64_t from = std::max(begin, starts[index]) - starts[index];
      const int64_t to = std::min(end, starts[index + 1]) - starts[index];
      if (from < to) update(index, from, to);
    }
  });
}

bool SameShapes(OpKernelContext* context, const OpInputList& expected, const OpInputList& found) {
  bool same = expected.size() == found.size();
  for (int index = 0; same && index < expected.size(); ++index) same = expected[index].shape() == found[index].shape();
  if (!same) context->CtxFailure(tensorflow::errors::InvalidArgument("lists of tensors differ in shape"));
  return same;
}

bool AllocateLike(OpKernelContext* context, const char* name, const OpInputList& like, OpOutputList* outputs) {
  if (!context->output_list(name, outputs).ok()) return false;
  for (int index = 0; index < like.size(); ++index) {
    Tensor* ignored = nullptr;
    const auto status = outputs->allocate(index, like[index].shape(), &ignored);
    if (!status.ok()) {
      context->CtxFailure(status);
      return false;
    }
  }
  return true;
}

struct AdamSettings {
  float beta1, rest1, beta2, rest2, correction, epsilon, step;
};

TWOSHOT_VECTORISED void UpdateAdam(const AdamSettings s, float kept, float decay, const float* __restrict p,
                                   const float* __restrict g, const float* __restrict m, const float* __restrict v,
                                   float* __restrict new_p, float* __restrict new_m, float* __restrict new_v,
                                   int64_t size) {
  for (int64_t i = 0; i < size; ++i) {
    const float slope = g[i] + decay * p[i];
    const float mean = s.beta1 * m[i] + s.rest1 * slope;
    const float square = s.beta2 * v[i] + s.rest2 * (slope * slope);
    new_m[i] = mean;
    new_v[i] = square;
    new_p[i] = kept * p[i] - s.step * (mean / (std::sqrt(square) * s.correction + s.epsilon));
  }
}

class AdamOp : public OpKernel {
 public:
  explicit AdamOp(OpKernelConstruction* context) : OpKernel(context) {}

  void Compute(OpKernelContext* context) override {
    OpInputList parameters, gradients, first, second;
    OP_REQUIRES_OK(context, context->input_list("parameters", &parameters));
    OP_REQUIRES_OK(context, context->input_list("gradients", &gradients));
    OP_REQUIRES_OK(context, context->input_list("first", &first));
    OP_REQUIRES_OK(context, context->input_list("second", &second));
    const Tensor& settings = context->input(0);
    const Tensor& kept = context->input(1);
    const Tensor& decays = context->input(2);
    OP_REQUIRES(context, settings.NumElements() == 7 && kept.NumElements() == parameters.size() &&
                             decays.NumElements() == parameters.size(),
                tensorflow::errors::InvalidArgument("settings do not fit the parameters"));
    if (!SameShapes(context, parameters, gradients) || !SameShapes(context, parameters, first) ||
        !SameShapes(context, parameters, second)) {
      return;
    }
    OpOutputList new_parameters, new_first, new_second;
    if (!AllocateLike(context, "new_parameters", parameters, &new_parameters) ||
        !AllocateLike(context, "new_first", parameters, &new_first) ||
        !AllocateLike(context, "new_second", parameters, &new_second)) {
      return;
    }
    const float* given = Data(settings);
    const AdamSettings s = {given[0], given[1], given[2], given[3], given[4], given[5], given[6]};
    ForEachElement(context, parameters, [&](int i, int64_t from, int64_t to) {
      UpdateAdam(s, Data(kept)[i], Data(decays)[i], Data(parameters[i]) + from, Data(gradients[i]) + from,
                 Data(first[i]) + from, Data(second[i]) + from, MutableData(new_parameters[i]) + from,
                 MutableData(new_first[i]) + from, MutableData(new_second[i]) + from, to - from);
    });
  }
};

// Of a gradient with its decay, times `scale`.
TWOSHOT_VECTORISED void UpdateMomentum(float rate, float momentum, bool nesterov, float decay, float scale,
                                       const float* __restrict p, const float* __restrict g,
                                       const float* __restrict v, float* __restrict new_p, float* __restrict new_v,
                                       int64_t size) {
  const float ahead = nesterov ? momentum : 0.0f;
  for (int64_t i = 0; i < size; ++i) {
    const float slope = (g[i] + decay * p[i]) * scale;
    const float velocity = momentum * v[i] + slope;
    new_v[i] = velocity;
    const float direction = nesterov ? slope + ahead * velocity : velocity;
    new_p[i] = p[i] - rate * direction;
  }
}

// What gradient descent with momentum reads and writes.
struct MomentumLists {
  OpInputList parameters, gradients, velocities;
  OpOutputList new_parameters, new_velocities;

  bool Read(OpKernelContext* context) {
    for (const auto& [name, list] : {std::make_pair("parameters", &parameters), std::make_pair("gradients", &gradients),
                                     std::make_pair("velocities", &velocities)}) {
      const auto status = context->input_list(name, list);
      if (!status.ok()) {
        context->CtxFailure(status);
        return false;
      }
    }
    return SameShapes(context, parameters, gradients) && SameShapes(context, parameters, velocities) &&
           AllocateLike(context, "new_parameters", parameters, &new_parameters) &&
           AllocateLike(context, "new_velocities", parameters, &new_velocities);
  }

  void Update(int i, int64_t from, int64_t to, float rate, float momentum, bool nesterov, float decay, float scale) {
    UpdateMomentum(rate, momentum, nesterov, decay, scale, Data(parameters[i]) + from, Data(gradients[i]) + from,
                   Data(velocities[i]) + from, MutableData(new_parameters[i]) + from,
                   MutableData(new_velocities[i]) + from, to - from);
  }
};

class SgdOp : public OpKernel {
 public:
  explicit SgdOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("nesterov", &nesterov_));
  }

  void Compute(OpKernelContext* context) override {
    MomentumLists lists;
    if (!lists.Read(context)) return;
    const Tensor& settings = context->input(0);
    const Tensor& decays = context->input(1);
    OP_REQUIRES(context, settings.NumElements() == 2 && decays.NumElements() == lists.parameters.size(),
                tensorflow::errors::InvalidArgument("settings do not fit the parameters"));
    const float rate = Data(settings)[0];
    const float momentum = Data(settings)[1];
    ForEachElement(context, lists.parameters, [&](int i, int64_t from, int64_t to) {
      lists.Update(i, from, to, rate, momentum, nesterov_, Data(decays)[i], 1.0f);
    });
  }

 private:
  bool nesterov_;
};

// Sixteen sums side by side, whatever the vector width.
constexpr int64_t kSums = 16;
// Sums of squares of so many elements are added up one after the other, whatever the threads.
constexpr int64_t kPart = 16 * 1024;

TWOSHOT_VECTORISED void SumSquares(const float* __restrict x, int64_t size, float* __restrict sums) {
  std::fill(sums, sums + kSums, 0.0f);
  int64_t i = 0;
  for (; i + kSums <= size; i += kSums) {
    for (int64_t j = 0; j < kSums; ++j) sums[j] += x[i + j] * x[i + j];
  }
  for (int64_t j = 0; i + j < size; ++j) sums[j] += x[i + j] * x[i + j];
}

// The Euclidean norm of every tensor.
std::vector<double> Norms(OpKernelContext* context, const OpInputList& tensors) {
  std::vector<std::pair<int, int64_t>> parts;
  for (int index = 0; index < tensors.size(); ++index) {
    for (int64_t from = 0; from < tensors[index].NumElements(); from += kPart) parts.emplace_back(index, from);
  }
  std::vector<double> sums(parts.size());
  ParallelFor(context, parts.size(), kPart / 4, [&](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; ++part) {
      const auto [index, from] = parts[part];
      float lanes[kSums];
      SumSquares(Data(tensors[index]) + from, std::min(kPart, tensors[index].NumElements() - from), lanes);
      for (const float lane : lanes) sums[part] += lane;
    }
  });
  std::vector<double> norms(tensors.size());
  for (size_t part = 0; part < parts.size(); ++part) norms[parts[part].first] += sums[part];
  for (double& norm : norms) norm = std::sqrt(norm);
  return norms;
}

class LarsOp : public OpKernel {
 public:
  explicit LarsOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("nesterov", &nesterov_));
  }

  void Compute(OpKernelContext* context) override {
    MomentumLists lists;
    if (!lists.Read(context)) return;
    const Tensor& settings = context->input(0);
    const Tensor& adapted = context->input(1);
    OP_REQUIRES(context, settings.NumElements() == 6 && adapted.NumElements() == lists.parameters.size(),
                tensorflow::errors::InvalidArgument("settings do not fit the parameters"));
    Tensor* rates = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output("rates", adapted.shape(), &rates));
    const float* given = Data(settings);
    const float rate = given[0], momentum = given[1], decay = given[2], eta = given[3], epsilon = given[4];
    // The local rate may not exceed this one; 0 for no limit.
    const float limit = given[5];
    const std::vector<double> sizes = Norms(context, lists.parameters);
    const std::vector<double> slopes = Norms(context, lists.gradients);
    for (int i = 0; i < lists.parameters.size(); ++i) {
      const double trust = eta * sizes[i] / (sizes[i] * decay + slopes[i] + epsilon);
      const double bounded = limit > 0 ? std::min(1.0, trust / limit) : trust;
      const bool applies = Data(adapted)[i] > 0 && sizes[i] > 0 && slopes[i] > 0;
      MutableData(rates)[i] = applies ? static_cast<float>(bounded) : 1.0f;
    }
    ForEachElement(context, lists.parameters, [&](int i, int64_t from, int64_t to) {
      lists.Update(i, from, to, rate, momentum, nesterov_, Data(adapted)[i] > 0 ? decay : 0.0f, Data(*rates)[i]);
    });
  }

 private:
  bool nesterov_;
};

TWOSHOT_VECTORISED void UpdateAverage(float decay, float rest, const float* __restrict average,
                                      const float* __restrict value, float* __restrict output, int64_t size) {
  for (int64_t i = 0; i < size; ++i) output[i] = decay * average[i] + rest * value[i];
}

class AverageOp : public OpKernel {
 public:
  explicit AverageOp(OpKernelConstruction* context) : OpKernel(context) {}

  void Compute(OpKernelContext* context) override {
    OpInputList averages, values;
    OP_REQUIRES_OK(context, context->input_list("averages", &averages));
    OP_REQUIRES_OK(context, context->input_list("values", &values));
    const Tensor& settings = context->input(0);
    OP_REQUIRES(context, settings.NumElements() == 2, tensorflow::errors::InvalidArgument("two settings expected"));
    if (!SameShapes(context, averages, values)) return;
    OpOutputList outputs;
    if (!AllocateLike(context, "new_averages", averages, &outputs)) return;
    ForEachElement(context, averages, [&](int i, int64_t from, int64_t to) {
      UpdateAverage(Data(settings)[0], Data(settings)[1], Data(averages[i]) + from, Data(values[i]) + from,
                    MutableData(outputs[i]) + from, to - from);
    });
  }
};

REGISTER_OP("TwoshotAdam")
    .Input("settings: float")
    .Input("kept: float")
    .Input("decays: float")
    .Input("parameters: N * float")
    .Input("gradients: N * float")
    .Input("first: N * float")
    .Input("second: N * float")
    .Output("new_parameters: N * float")
    .Output("new_first: N * float")
    .Output("new_second: N * float")
    .Attr("N: int >= 1");
REGISTER_KERNEL_BUILDER(Name("TwoshotAdam").Device(tensorflow::DEVICE_CPU), AdamOp);

REGISTER_OP("TwoshotSgd")
    .Input("settings: float")
    .Input("decays: float")
    .Input("parameters: N * float")
    .Input("gradients: N * float")
    .Input("velocities: N * float")
    .Output("new_parameters: N * float")
    .Output("new_velocities: N * float")
    .Attr("N: int >= 1")
    .Attr("nesterov: bool");
REGISTER_KERNEL_BUILDER(Name("TwoshotSgd").Device(tensorflow::DEVICE_CPU), SgdOp);

REGISTER_OP("TwoshotLars")
    .Input("settings: float")
    .Input("adapted: float")
    .Input("parameters: N * float")
    .Input("gradients: N * float")
    .Input("velocities: N * float")
    .Output("new_parameters: N * float")
    .Output("new_velocities: N * float")
    .Output("rates: float")
    .Attr("N: int >= 1")
    .Attr("nesterov: bool");
REGISTER_KERNEL_BUILDER(Name("TwoshotLars").Device(tensorflow::DEVICE_CPU), LarsOp);

REGISTER_OP("TwoshotAverage")
    .Input("settings: float")
    .Input("averages: N * float")
    .Input("values: N * float")
    .Output("new_averages: N * float")
    .Attr("N: int >= 1");
REGISTER_KERNEL_BUILDER(Name("TwoshotAverage").Device(tensorflow::DEVICE_CPU), AverageOp);

}  // namespace
}  // namespace twoshot
