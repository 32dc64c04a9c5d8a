// The arithmetic of convolutions with constant weights for 16 and for 8 numbers a vector. Both give the same numbers.

#include <immintrin.h>

#include "convolution.h"

namespace twoshot {
namespace convolution {
namespace {

#pragma GCC push_options
#pragma GCC target("avx512f,fma")
namespace wide {
#define VECTOR __m512
#define MASK __mmask16
#define WIDTH 16
#define ROWS_OF_1 8
#define ROWS_OF_2 8
#define ROWS_OF_3 7
#define HALF __m256
#define HALF_WIDTH 8
#define LOAD_HALF _mm256_loadu_ps
#define FMA_HALF _mm256_fmadd_ps
#define HALF_OF _mm512_castps512_ps256
#define WHOLE_OF _mm512_castps256_ps512
#define LOAD _mm512_loadu_ps
#define STORE _mm512_storeu_ps
#define FIRST(count) static_cast<__mmask16>((1 << (count)) - 1)
#define LOAD_FIRST(from, mask) _mm512_maskz_loadu_ps(mask, from)
#define STORE_FIRST(to, mask, value) _mm512_mask_storeu_ps(to, mask, value)
#define ALL _mm512_set1_ps
#define FMA _mm512_fmadd_ps
#define MAX _mm512_max_ps
#define MIN _mm512_min_ps
// The compiler would load a value again for every use, which takes as long as the arithmetic.
#define IN_REGISTER(value) asm("" : "+v"(value))
#include "convolution_lanes.h"
}  // namespace wide
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace narrow {
#define VECTOR __m256
#define MASK __m256i
#define WIDTH 8
#define ROWS_OF_1 4
#define ROWS_OF_2 4
#define ROWS_OF_3 4
#define HALF __m128
#define HALF_WIDTH 4
#define LOAD_HALF _mm_loadu_ps
#define FMA_HALF _mm_fmadd_ps
#define HALF_OF _mm256_castps256_ps128
#define WHOLE_OF _mm256_castps128_ps256
#define LOAD _mm256_loadu_ps
#define STORE _mm256_storeu_ps
#define FIRST(count) _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
#define LOAD_FIRST(from, mask) _mm256_maskload_ps(from, mask)
#define STORE_FIRST(to, mask, value) _mm256_maskstore_ps(to, mask, value)
#define ALL _mm256_set1_ps
#define FMA _mm256_fmadd_ps
#define MAX _mm256_max_ps
#define MIN _mm256_min_ps
#define IN_REGISTER(value)
#include "convolution_lanes.h"
}  // namespace narrow
#pragma GCC pop_options

}  // namespace

const Kernels* KernelsOfProcessor() {
  if (__builtin_cpu_supports("avx512f")) return &wide::kKernels;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &narrow::kKernels;
  return nullptr;
}

}  // namespace convolution
}  // namespace twoshot
