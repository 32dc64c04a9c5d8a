// The arithmetic of Winograd's convolutions for 16 and for 8 numbers a vector. Both give the same numbers.

#include <immintrin.h>

#include "winograd.h"

namespace twoshot {
namespace winograd {
namespace {

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
#include "winograd_lanes.h"
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
#include "winograd_lanes.h"
}  // namespace narrow
#pragma GCC pop_options

}  // namespace

const Kernels* KernelsOfProcessor() {
  if (__builtin_cpu_supports("avx512f")) return &wide::kKernels;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &narrow::kKernels;
  return nullptr;
}

}  // namespace winograd
}  // namespace twoshot
