// Included by vector_widths.h, several times.

typedef double Vector __attribute__((vector_size(32), aligned(8)));

inline const Vector* Vectors(const double* values) { return reinterpret_cast<const Vector*>(values); }

// result = alpha * (graph * scores) + rest * source for nodes [begin, end), 4 kVectors columns of `columns`.
template <int kVectors>
inline void SpreadColumns(const Graph& graph, double alpha, double rest, const double* source, const double* scores,
                          int64_t columns, int64_t begin, int64_t end, double* result) {
  for (int64_t node = begin; node < end; ++node) {
    Vector sums[kVectors] = {};
    for (int32_t edge = graph.offsets[node]; edge < graph.offsets[node + 1]; ++edge) {
      const double weight = graph.weights[edge];
      const Vector* from = Vectors(scores + static_cast<int64_t>(graph.targets[edge]) * columns);
      for (int i = 0; i < kVectors; ++i) sums[i] += weight * from[i];
    }
    const Vector* given = Vectors(source + node * columns);
    Vector* to = reinterpret_cast<Vector*>(result + node * columns);
    for (int i = 0; i < kVectors; ++i) to[i] = alpha * sums[i] + rest * given[i];
  }
}

// `columns` is a multiple of four. However many are worked on together, each sum is made in the order of the edges.
void Spread(const Graph& graph, double alpha, double rest, const double* source, const double* scores,
            int64_t columns, int64_t begin, int64_t end, double* result) {
  for (int64_t first = 0; first < columns;) {
    const double *from = scores + first, *given = source + first;
    double* to = result + first;
    if (columns - first >= 16) {
      SpreadColumns<4>(graph, alpha, rest, given, from, columns, begin, end, to);
      first += 16;
    } else if (columns - first >= 12) {
      SpreadColumns<3>(graph, alpha, rest, given, from, columns, begin, end, to);
      first += 12;
    } else if (columns - first >= 8) {
      SpreadColumns<2>(graph, alpha, rest, given, from, columns, begin, end, to);
      first += 8;
    } else {
      SpreadColumns<1>(graph, alpha, rest, given, from, columns, begin, end, to);
      first += 4;
    }
  }
}
