// Compiles the kernels of TWOSHOT_KERNELS, a header without an include guard, once for every vector width, each in a
// namespace of its own: explicit vectors are cut to the width of the target before a clone (parallel.h) would be made.
// ForThisProcessor picks one. Products and sums are not fused and lanes are fixed, so that all of them round alike.

#include "op.h"

namespace twoshot {
namespace {

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("avx512f")
namespace avx512 {
#include TWOSHOT_KERNELS
}
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx2")
namespace avx2 {
#include TWOSHOT_KERNELS
}
#pragma GCC pop_options
#endif

namespace plain {
#include TWOSHOT_KERNELS
}

template <typename Kernel>
Kernel ForThisProcessor(Kernel wide, Kernel middle, Kernel narrow) {
  if (__builtin_cpu_supports("avx512f")) return wide;
  return __builtin_cpu_supports("avx2") ? middle : narrow;
}

#if defined(__GNUC__) && !defined(__clang__)
#define TWOSHOT_KERNEL(name) ForThisProcessor(avx512::name, avx2::name, plain::name)
#else
#define TWOSHOT_KERNEL(name) plain::name
#endif

}  // namespace
}  // namespace twoshot
