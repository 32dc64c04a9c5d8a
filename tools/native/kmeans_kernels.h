// Included by vector_widths.h, several times.

// Partial sums of a product: as many whatever the vector width, so that all of them round alike.
constexpr int kLanes = 8;
// Most centroids that a row is compared with at a time: their partial sums stay in registers.
constexpr int kMost = 10;
// Values that are fetched ahead.
constexpr int kAhead = 1024;

typedef float Vector __attribute__((vector_size(32), aligned(4)));
typedef int32_t Places __attribute__((vector_size(32)));

inline const Vector& At(const float* values) { return *reinterpret_cast<const Vector*>(values); }

inline float Total(const Vector& v) { return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7])); }

template <int kCount>
inline void CompareWith(const float* row, const float* origin, int64_t dim, const float* centroids, const float* biases, int32_t first,
                        float* best, int32_t* label) {
  Vector sums[kCount] = {};
  for (int64_t i = 0; i < dim; i += kLanes) {
    // A row is too short for the processor to notice that the next ones follow.
    if (first == 0) __builtin_prefetch(row + i + kAhead);
    const Vector x = At(row + i) - At(origin + i);
    for (int which = 0; which < kCount; ++which) sums[which] += x * At(centroids + which * dim + i);
  }
  for (int which = 0; which < kCount; ++which) {
    const float score = Total(sums[which]) - biases[which];
    if (score > *best) {
      *best = score;
      *label = first + which;
    }
  }
}

// For every row the centroid of the largest product with the row less the origin, less its bias; the first of equals.
// `dim` is a multiple of the lanes.
void FindNearest(const float* rows, const float* origin, int64_t count, int64_t dim, const float* centroids, const float* biases,
                 int64_t clusters, int32_t* labels) {
  for (int64_t row = 0; row < count; ++row, rows += dim) {
    float best = -__builtin_inff();
    int32_t label = 0;
    int64_t first = 0;
    const auto compare = [&](auto kernel, int taken) __attribute__((always_inline)) {
      kernel(rows, origin, dim, centroids + first * dim, biases + first, static_cast<int32_t>(first), &best, &label);
      first += taken;
    };
    while (clusters - first >= kMost) compare(CompareWith<kMost>, kMost);
    if (clusters - first >= 5) compare(CompareWith<5>, 5);
    if (clusters - first >= 3) compare(CompareWith<3>, 3);
    while (clusters - first >= 1) compare(CompareWith<1>, 1);
    labels[row] = label;
  }
}

// The same from the products themselves, [count, clusters].
void FindBest(const float* products, int64_t count, int64_t clusters, const float* biases, int32_t* labels) {
  const int64_t whole = clusters / kLanes * kLanes;
  for (int64_t row = 0; row < count; ++row, products += clusters) {
    Vector best = Vector{} - __builtin_inff();
    Places place = {}, here = {0, 1, 2, 3, 4, 5, 6, 7};
    for (int64_t first = 0; first < whole; first += kLanes) {
      const Vector score = At(products + first) - At(biases + first);
      const Places better = score > best;
      best = better ? score : best;
      place = better ? here : place;
      here += kLanes;
    }
    float highest = best[0];
    int32_t label = place[0];
    for (int lane = 1; lane < kLanes; ++lane) {
      if (best[lane] > highest || (best[lane] == highest && place[lane] < label)) {
        highest = best[lane];
        label = place[lane];
      }
    }
    for (int64_t i = whole; i < clusters; ++i) {
      const float score = products[i] - biases[i];
      if (score > highest) {
        highest = score;
        label = static_cast<int32_t>(i);
      }
    }
    labels[row] = label;
  }
}
