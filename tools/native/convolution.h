#ifndef TWOSHOT_NATIVE_CONVOLUTION_H_
#define TWOSHOT_NATIVE_CONVOLUTION_H_

// Convolutions with constant weights and what follows them: bias, residual, limits. For evaluation; there is no gradient.

#include <cstdint>

namespace twoshot {
namespace convolution {

// Outputs of a panel of packed weights [panels, depth, 48], the last one filled up with zeros: three vectors of 16 or
// six of 8. The channels inside an inverted residual block are a multiple of it.
constexpr int64_t kPanel = 48;

// c[row, column] = limited(bias[column] + sum of products + residual[row, column]), of one panel. Every sum runs over
// the depth in order, product by fused product, whatever the rows and the vectors.
struct Product {
  int64_t rows, columns;
  // The depth comes in blocks: of a row they begin at a + row * a_row + block * a_block.
  const float* a;
  int64_t a_row, blocks, a_block, depth;
  // [blocks * depth, kPanel]
  const float* b;
  // [kPanel]
  const float* bias;
  // Laid out as c; null for none.
  const float* residual;
  float* c;
  // Where each row begins in c; null where they follow one another by c_row.
  const int64_t* places;
  int64_t c_row;
  float low, high;
};

// A depthwise filter over cells of `cell` channels each, of which the first `channels` count.
struct Depthwise {
  // The image with its border of zeros; numbers from a row of cells to the next.
  const float* image;
  int64_t image_row, cell;
  // Of the output, whose cells follow one another.
  int64_t rows, columns;
  float* output;
  // [size * size, kPanel]
  const float* filter;
  // [kPanel]
  const float* bias;
  int64_t channels;
  float low, high;
};

struct Kernels {
  void (*multiply)(const Product&);
  // By the side of the filter (3, 5) and the stride (1, 2).
  void (*depthwise[2][2])(const Depthwise&);
};

// Null on processors without fused products and sums; the engine does not call these ops there.
const Kernels* KernelsOfProcessor();

}  // namespace convolution
}  // namespace twoshot

#endif  // TWOSHOT_NATIVE_CONVOLUTION_H_
