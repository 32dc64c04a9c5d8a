#ifndef TWOSHOT_NATIVE_OP_H_
#define TWOSHOT_NATIVE_OP_H_

// What the definition of an op needs.

#include <algorithm>
#include <cmath>
#include <vector>

#include "parallel.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"

namespace twoshot {

using tensorflow::OpInputList;
using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::OpOutputList;
using tensorflow::Tensor;
using tensorflow::TensorShape;

inline const float* Data(const Tensor& tensor) { return tensor.flat<float>().data(); }
inline float* MutableData(Tensor* tensor) { return tensor->flat<float>().data(); }

// TensorFlow.js has no double precision: doubles travel as pairs of int32.
inline const double* Doubles(const Tensor& tensor) {
  return reinterpret_cast<const double*>(tensor.flat<int32_t>().data());
}
inline double* MutableDoubles(Tensor* tensor) { return reinterpret_cast<double*>(tensor->flat<int32_t>().data()); }

inline bool Allocate(OpKernelContext* context, int64_t size, Tensor* tensor) {
  const auto status = context->allocate_temp(tensorflow::DT_FLOAT, TensorShape({size}), tensor);
  if (!status.ok()) context->CtxFailure(status);
  return status.ok();
}

}  // namespace twoshot

#endif  // TWOSHOT_NATIVE_OP_H_
