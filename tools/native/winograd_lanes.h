// The arithmetic of winograd.h for one vector width. Included once for each, inside a namespace of its own and under
// a `#pragma GCC target`, with VECTOR, WIDTH, COLUMNS, LOAD, STORE, ALL and FMA defined; hence no include guard.
//
// F(4x4, 3x3) of Lavin and Gray 2016 with the points 0, +-a, +-b and infinity, a = sqrt(1/2), b = sqrt(2), in place
// of theirs (1 and 2), which lose four times as many digits.

using Vector = VECTOR;

constexpr float kA = 0.70710678118654752f, kB = 1.41421356237309505f;
// The powers that follow: a^3 and b^3.
constexpr float kA3 = 0.35355339059327376f, kB3 = 2.82842712474619010f;
constexpr float kScaleA = -2.0f / 3.0f, kScaleB = 1.0f / 6.0f;

#define INLINE static inline __attribute__((always_inline))

// Six values of an image to six products.
INLINE void Image(const Vector* d, int s, Vector* v, int t) {
  const Vector even_a = FMA(ALL(-2.0f), d[2 * s], d[4 * s]);
  const Vector even_b = FMA(ALL(-0.5f), d[2 * s], d[4 * s]);
  const Vector odd_a = FMA(ALL(-2.0f), d[s], d[3 * s]);
  const Vector odd_b = FMA(ALL(-0.5f), d[s], d[3 * s]);
  v[0] = FMA(ALL(-2.5f), d[2 * s], d[0] + d[4 * s]);
  v[t] = FMA(ALL(kA), odd_a, even_a);
  v[2 * t] = FMA(ALL(-kA), odd_a, even_a);
  v[3 * t] = FMA(ALL(kB), odd_b, even_b);
  v[4 * t] = FMA(ALL(-kB), odd_b, even_b);
  v[5 * t] = FMA(ALL(-2.5f), d[3 * s], d[s] + d[5 * s]);
}

// Three values of a filter to six products.
INLINE void Filter(const Vector* g, int s, Vector* u, int t) {
  const Vector even_a = FMA(ALL(0.5f), g[2 * s], g[0]) * ALL(kScaleA);
  const Vector even_b = FMA(ALL(2.0f), g[2 * s], g[0]) * ALL(kScaleB);
  u[0] = g[0];
  u[t] = FMA(ALL(kA * kScaleA), g[s], even_a);
  u[2 * t] = FMA(ALL(-kA * kScaleA), g[s], even_a);
  u[3 * t] = FMA(ALL(kB * kScaleB), g[s], even_b);
  u[4 * t] = FMA(ALL(-kB * kScaleB), g[s], even_b);
  u[5 * t] = g[2 * s];
}

// Six products to four values of the output.
INLINE void Output(const Vector* m, int s, Vector* y, int t) {
  const Vector sum_a = m[s] + m[2 * s], difference_a = m[s] - m[2 * s];
  const Vector sum_b = m[3 * s] + m[4 * s], difference_b = m[3 * s] - m[4 * s];
  y[0] = m[0] + sum_a + sum_b;
  y[t] = FMA(ALL(kA), difference_a, ALL(kB) * difference_b);
  y[2 * t] = FMA(ALL(0.5f), sum_a, ALL(2.0f) * sum_b);
  y[3 * t] = FMA(ALL(kA3), difference_a, FMA(ALL(kB3), difference_b, m[5 * s]));
}

// The transpose of Output: four gradients to those of six products.
INLINE void OutputGradient(const Vector* y, int s, Vector* m, int t) {
  const Vector even_a = FMA(ALL(0.5f), y[2 * s], y[0]), odd_a = FMA(ALL(kA3), y[3 * s], ALL(kA) * y[s]);
  const Vector even_b = FMA(ALL(2.0f), y[2 * s], y[0]), odd_b = FMA(ALL(kB3), y[3 * s], ALL(kB) * y[s]);
  m[0] = y[0];
  m[t] = even_a + odd_a;
  m[2 * t] = even_a - odd_a;
  m[3 * t] = even_b + odd_b;
  m[4 * t] = even_b - odd_b;
  m[5 * t] = y[3 * s];
}

// The transpose of Filter: gradients of six products to three of a filter.
INLINE void FilterGradient(const Vector* u, int s, Vector* g, int t) {
  const Vector sum_a = (u[s] + u[2 * s]) * ALL(kScaleA), sum_b = (u[3 * s] + u[4 * s]) * ALL(kScaleB);
  const Vector difference_a = u[s] - u[2 * s], difference_b = u[3 * s] - u[4 * s];
  g[0] = u[0] + sum_a + sum_b;
  g[t] = FMA(ALL(kA * kScaleA), difference_a, ALL(kB * kScaleB) * difference_b);
  g[2 * t] = FMA(ALL(0.5f), sum_a, FMA(ALL(2.0f), sum_b, u[5 * s]));
}

// Along the columns, then along the rows.
template <void (*Line)(const Vector*, int, Vector*, int), int kFrom, int kTo>
INLINE void Plane(const Vector* from, Vector* to) {
  Vector half[kTo * kFrom];
#pragma GCC unroll 6
  for (int column = 0; column < kFrom; ++column) Line(from + column, kFrom, half + column, kFrom);
#pragma GCC unroll 6
  for (int row = 0; row < kTo; ++row) Line(half + row * kFrom, 1, to + row * kTo, 1);
}

// `from[i]` and `to[i]` point to the first channel of a value; `count` channels follow one another.
template <void (*Line)(const Vector*, int, Vector*, int), int kFrom, int kTo>
static void Planes(const float* const* from, float* const* to, int64_t count) {
  for (int64_t channel = 0; channel < count; channel += WIDTH) {
    Vector before[kFrom * kFrom], after[kTo * kTo];
#pragma GCC unroll 36
    for (int i = 0; i < kFrom * kFrom; ++i) before[i] = LOAD(from[i] + channel);
    Plane<Line, kFrom, kTo>(before, after);
#pragma GCC unroll 36
    for (int i = 0; i < kTo * kTo; ++i) STORE(to[i] + channel, after[i]);
  }
}

// c[kRows, kVectors x WIDTH] = a b, or += where `more`; a[row, p] lies at a[row * a_row + p * a_depth].
template <int kRows, int kVectors>
static void Cells(int64_t depth, const float* a, int64_t a_row, int64_t a_depth, const float* b, int64_t b_depth,
                  float* c, int64_t c_row, bool more) {
  Vector sums[kRows][kVectors];
#pragma GCC unroll 8
  for (int row = 0; row < kRows; ++row) {
#pragma GCC unroll 8
    for (int i = 0; i < kVectors; ++i) sums[row][i] = more ? LOAD(c + row * c_row + i * WIDTH) : ALL(0.0f);
  }
  for (int64_t p = 0; p < depth; ++p, a += a_depth, b += b_depth) {
    Vector right[kVectors];
#pragma GCC unroll 8
    for (int i = 0; i < kVectors; ++i) right[i] = LOAD(b + i * WIDTH);
#pragma GCC unroll 8
    for (int row = 0; row < kRows; ++row) {
      const Vector left = ALL(a[row * a_row]);
#pragma GCC unroll 8
      for (int i = 0; i < kVectors; ++i) sums[row][i] = FMA(left, right[i], sums[row][i]);
    }
  }
#pragma GCC unroll 8
  for (int row = 0; row < kRows; ++row) {
#pragma GCC unroll 8
    for (int i = 0; i < kVectors; ++i) STORE(c + row * c_row + i * WIDTH, sums[row][i]);
  }
}

template <int kVectors>
static void Rows(int64_t rows, int64_t depth, const float* a, int64_t a_row, int64_t a_depth, const float* b,
                 int64_t b_depth, float* c, int64_t c_row, bool more) {
  for (; rows >= 6; rows -= 6, a += 6 * a_row, c += 6 * c_row) {
    Cells<6, kVectors>(depth, a, a_row, a_depth, b, b_depth, c, c_row, more);
  }
  for (; rows >= 2; rows -= 2, a += 2 * a_row, c += 2 * c_row) {
    Cells<2, kVectors>(depth, a, a_row, a_depth, b, b_depth, c, c_row, more);
  }
  if (rows > 0) Cells<1, kVectors>(depth, a, a_row, a_depth, b, b_depth, c, c_row, more);
}

static void Slice(int64_t rows, int64_t columns, int64_t depth, const float* a, int64_t a_row, int64_t a_depth,
                  const float* b, int64_t b_depth, float* c, int64_t c_row, bool more) {
  int64_t column = 0;
  for (; column + COLUMNS * WIDTH <= columns; column += COLUMNS * WIDTH) {
    Rows<COLUMNS>(rows, depth, a, a_row, a_depth, b + column, b_depth, c + column, c_row, more);
  }
  for (; column + 2 * WIDTH <= columns; column += 2 * WIDTH) {
    Rows<2>(rows, depth, a, a_row, a_depth, b + column, b_depth, c + column, c_row, more);
  }
  for (; column < columns; column += WIDTH) {
    Rows<1>(rows, depth, a, a_row, a_depth, b + column, b_depth, c + column, c_row, more);
  }
}

// In slices of the depth: what all rows read again stays in the first cache.
static void Multiply(int64_t rows, int64_t columns, int64_t depth, const float* a, int64_t a_row, int64_t a_depth,
                     const float* b, int64_t b_depth, float* c, int64_t c_row, bool more) {
  constexpr int64_t kDepth = 64;
  for (int64_t done = 0; done == 0 || done < depth; done += kDepth) {
    const int64_t slice = depth - done < kDepth ? depth - done : kDepth;
    Slice(rows, columns, slice, a + done * a_depth, a_row, a_depth, b + done * b_depth, b_depth, c, c_row,
          more || done > 0);
  }
}

const Kernels kKernels = {Planes<Image, 6, 6>,          Planes<Filter, 3, 6>,         Planes<Output, 6, 4>,
                          Planes<OutputGradient, 4, 6>, Planes<FilterGradient, 6, 3>, Multiply};

#undef INLINE
#undef VECTOR
#undef WIDTH
#undef COLUMNS
#undef LOAD
#undef STORE
#undef ALL
#undef FMA
