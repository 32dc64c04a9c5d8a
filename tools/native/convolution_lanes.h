// The arithmetic of convolution.h for one vector width. Included once for each, inside a namespace of its own and under
// a `#pragma GCC target`, with the types and instructions that convolution_kernels.cc names defined; hence no include
// guard.

using Vector = VECTOR;

#define INLINE static inline __attribute__((always_inline))

// NaN stays NaN: where one of two operands is none, these instructions give the second.
INLINE Vector Limited(Vector value, Vector low, Vector high) { return MIN(high, MAX(low, value)); }

// How much of the last vector counts: all, a number of its columns, or its first half in instructions of that width.
enum Last { kFull, kPart, kHalf };

// kRows rows and kVectors vectors, the last of which may be less.
template <int kRows, int kVectors, Last kLast>
static void Cells(const Product& p, int64_t row, int64_t column) {
  constexpr int kWhole = kLast == kHalf ? kVectors - 1 : kVectors;
  Vector sums[kRows][kWhole + 1];
  HALF halves[kRows];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (int i = 0; i < kWhole; ++i) sums[r][i] = LOAD(p.bias + column + i * WIDTH);
    if (kLast == kHalf) halves[r] = LOAD_HALF(p.bias + column + kWhole * WIDTH);
  }
  const float* b = p.b + column;
  const float* block = p.a + row * p.a_row;
  const int64_t a_row = p.a_row;
  for (int64_t index = 0; index < p.blocks; ++index, block += p.a_block) {
    const float* a = block;
    for (int64_t k = 0; k < p.depth; ++k, ++a, b += kPanel) {
      Vector right[kWhole + 1];
      HALF half;
#pragma GCC unroll 8
      for (int i = 0; i < kWhole; ++i) right[i] = LOAD(b + i * WIDTH);
      if (kLast == kHalf) half = LOAD_HALF(b + kWhole * WIDTH);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
        const Vector left = ALL(a[r * a_row]);
#pragma GCC unroll 8
        for (int i = 0; i < kWhole; ++i) sums[r][i] = FMA(left, right[i], sums[r][i]);
        if (kLast == kHalf) halves[r] = FMA_HALF(HALF_OF(left), half, halves[r]);
      }
    }
  }
  const Vector low = ALL(p.low), high = ALL(p.high);
  const MASK last = FIRST(p.columns - column - (kVectors - 1) * WIDTH);
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    const int64_t place = (p.places == nullptr ? (row + r) * p.c_row : p.places[row + r]) + column;
    if (kLast == kHalf) sums[r][kWhole] = WHOLE_OF(halves[r]);
#pragma GCC unroll 8
    for (int i = 0; i < kVectors; ++i) {
      Vector value = sums[r][i];
      if (kLast != kFull && i == kVectors - 1) {
        if (p.residual != nullptr) value = value + LOAD_FIRST(p.residual + place + i * WIDTH, last);
        STORE_FIRST(p.c + place + i * WIDTH, last, Limited(value, low, high));
      } else {
        if (p.residual != nullptr) value = value + LOAD(p.residual + place + i * WIDTH);
        STORE(p.c + place + i * WIDTH, Limited(value, low, high));
      }
    }
  }
}

template <int kRows, int kVectors, Last kLast>
static void Rows(const Product& p, int64_t column) {
  int64_t row = 0;
  for (; row + kRows <= p.rows; row += kRows) Cells<kRows, kVectors, kLast>(p, row, column);
  for (; row + 4 <= p.rows; row += 4) Cells<4, kVectors, kLast>(p, row, column);
  for (; row + 2 <= p.rows; row += 2) Cells<2, kVectors, kLast>(p, row, column);
  if (row < p.rows) Cells<1, kVectors, kLast>(p, row, column);
}

template <Last kLast>
static void Columns(const Product& p, int64_t column, int64_t vectors) {
  if (vectors == 3) return Rows<ROWS_OF_3, 3, kLast>(p, column);
  if (vectors == 2) return Rows<ROWS_OF_2, 2, kLast>(p, column);
  Rows<ROWS_OF_1, 1, kLast>(p, column);
}

static void Multiply(const Product& p) {
  for (int64_t column = 0; column < p.columns; column += 3 * WIDTH) {
    const int64_t left = p.columns - column < 3 * WIDTH ? p.columns - column : 3 * WIDTH;
    const int64_t vectors = (left + WIDTH - 1) / WIDTH, over = left % WIDTH;
    if (over == 0) {
      Columns<kFull>(p, column, vectors);
    } else if (over <= HALF_WIDTH) {
      Columns<kHalf>(p, column, vectors);
    } else {
      Columns<kPart>(p, column, vectors);
    }
  }
}

// kColumns cells of a row of the output, one vector of channels.
template <int kSize, int kStride, int kColumns>
INLINE void Windows(const Depthwise& d, const float* image, const float* filter, Vector bias, float* output) {
  Vector sums[kColumns];
#pragma GCC unroll 8
  for (int c = 0; c < kColumns; ++c) sums[c] = bias;
#pragma GCC unroll 1
  for (int row = 0; row < kSize; ++row, image += d.image_row, filter += kSize * kPanel) {
    constexpr int kReach = (kColumns - 1) * kStride + kSize;
    Vector values[kReach];
#pragma GCC unroll 32
    for (int x = 0; x < kReach; ++x) {
      values[x] = LOAD(image + x * d.cell);
      IN_REGISTER(values[x]);
    }
    // Tap by tap, so that no sum waits for the one before.
#pragma GCC unroll 5
    for (int tap = 0; tap < kSize; ++tap) {
      const Vector weight = LOAD(filter + tap * kPanel);
#pragma GCC unroll 8
      for (int c = 0; c < kColumns; ++c) sums[c] = FMA(values[c * kStride + tap], weight, sums[c]);
    }
  }
  const Vector low = ALL(d.low), high = ALL(d.high);
#pragma GCC unroll 8
  for (int c = 0; c < kColumns; ++c) STORE(output + c * d.cell, Limited(sums[c], low, high));
}

template <int kSize, int kStride>
static void Spread(const Depthwise& given) {
  const Depthwise d = given;
  for (int64_t channel = 0; channel < d.channels; channel += WIDTH) {
    const float* filter = d.filter + channel;
    const Vector bias = LOAD(d.bias + channel);
    for (int64_t row = 0; row < d.rows; ++row) {
      const float* image = d.image + row * kStride * d.image_row + channel;
      float* output = d.output + row * d.columns * d.cell + channel;
      int64_t column = 0;
      for (; column + 7 <= d.columns; column += 7, image += 7 * kStride * d.cell, output += 7 * d.cell) {
        Windows<kSize, kStride, 7>(d, image, filter, bias, output);
      }
      for (; column + 3 <= d.columns; column += 3, image += 3 * kStride * d.cell, output += 3 * d.cell) {
        Windows<kSize, kStride, 3>(d, image, filter, bias, output);
      }
      for (; column < d.columns; ++column, image += kStride * d.cell, output += d.cell) {
        Windows<kSize, kStride, 1>(d, image, filter, bias, output);
      }
    }
  }
}

const Kernels kKernels = {Multiply, {{Spread<3, 1>, Spread<3, 2>}, {Spread<5, 1>, Spread<5, 2>}}};

#undef INLINE
#undef VECTOR
#undef MASK
#undef WIDTH
#undef ROWS_OF_1
#undef ROWS_OF_2
#undef ROWS_OF_3
#undef HALF
#undef HALF_WIDTH
#undef LOAD_HALF
#undef FMA_HALF
#undef HALF_OF
#undef WHOLE_OF
#undef LOAD
#undef STORE
#undef FIRST
#undef LOAD_FIRST
#undef STORE_FIRST
#undef ALL
#undef FMA
#undef MAX
#undef MIN
#undef IN_REGISTER
