#ifndef TWOSHOT_NATIVE_WINOGRAD_H_
#define TWOSHOT_NATIVE_WINOGRAD_H_

// Convolutions of 3x3 filters at stride 1 in a quarter of the multiplications (Lavin and Gray 2016, F(4x4, 3x3)):
// tiles of 4x4 outputs become 36 products, each of which is a matrix product over the channels. oneDNN's direct
// convolutions reach what the processor can do, so that only fewer multiplications are faster.

#include "op.h"

namespace twoshot {
namespace winograd {

// Transforms take pointers to the values of a plane, each followed by its channels.
using PlanesFunction = void (*)(const float* const* from, float* const* to, int64_t channels);

struct Kernels {
  PlanesFunction image, filter, output, output_gradient, filter_gradient;
  void (*multiply)(int64_t rows, int64_t columns, int64_t depth, const float* a, int64_t a_row, int64_t a_depth,
                   const float* b, int64_t b_depth, float* c, int64_t c_row, bool more);
};

// Null on processors without fused products and sums; the engine does not call these ops there.
const Kernels* KernelsOfProcessor();

constexpr int64_t kProducts = 36;
// Columns of a matrix that lie together, so that a product reads them in one stream.
constexpr int64_t kPanel = 64;
// Channels come in whole vectors of the widest kind.
constexpr int64_t kChannels = 16;

// 36 matrices of `size` numbers; they start in different sets of the caches.
inline int64_t Step(int64_t size) { return size + 16; }

// Where row `row` of a matrix begins in its panel of columns that `column` lies in.
inline int64_t PanelOffset(int64_t rows, int64_t columns, int64_t row, int64_t column) {
  const int64_t panel = column / kPanel * kPanel;
  return panel * rows + row * std::min(kPanel, columns - panel);
}

// Images [count, height, width, ...] cut into tiles of 4x4.
struct Tiles {
  explicit Tiles(const TensorShape& shape)
      : height(shape.dim_size(1)),
        width(shape.dim_size(2)),
        down(CeilDivide(height, 4)),
        across(CeilDivide(width, 4)),
        total(shape.dim_size(0) * down * across) {}

  // Pointers to the values of tile `index` and `border` cells around it; `outside` stands for those beyond the image.
  template <typename Float>
  void Point(Float* images, int64_t channels, int64_t index, int border, Float* outside, Float** pointers) const {
    const int64_t image = index / (down * across);
    const int64_t top = index / across % down * 4 - border, left = index % across * 4 - border;
    const int side = 4 + 2 * border;
    Float* first = images + image * height * width * channels;
    for (int row = 0; row < side; ++row) {
      for (int column = 0; column < side; ++column) {
        const int64_t y = top + row, x = left + column;
        const bool inside = y >= 0 && y < height && x >= 0 && x < width;
        pointers[row * side + column] = inside ? first + (y * width + x) * channels : outside;
      }
    }
  }

  const int64_t height, width, down, across, total;
};

// Runs a transform from a plane of pointers to matrices: value i of the plane goes to matrix i, in panels.
inline void ToPanels(PlanesFunction transform, const float* const* from, int values, float* matrices, int64_t rows,
              int64_t row, int64_t columns) {
  const float* sources[36];
  float* targets[36];
  for (int64_t column = 0; column < columns; column += kPanel) {
    const int64_t offset = PanelOffset(rows, columns, row, column);
    for (int i = 0; i < values; ++i) sources[i] = from[i] + column;
    for (int64_t i = 0; i < kProducts; ++i) targets[i] = matrices + i * Step(rows * columns) + offset;
    transform(sources, targets, std::min(kPanel, columns - column));
  }
}

// Products that all lanes read stay in the third cache.
constexpr int64_t kShared = int64_t{16} << 20;

// How many tiles' products of `channels` channels may be shared by all lanes.
inline int64_t SharedTiles(int64_t total, int64_t channels) {
  const int64_t fitting = kShared / (kProducts * static_cast<int64_t>(sizeof(float)) * channels);
  return std::max<int64_t>(1, std::min(total, std::max<int64_t>(32, fitting)));
}

}  // namespace winograd
}  // namespace twoshot

#endif  // TWOSHOT_NATIVE_WINOGRAD_H_
