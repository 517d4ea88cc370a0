// Lists of a matrix's entries that are not zero. Plain C: nothing here is added up. Float32 lists are made by each target.
#include "kernels.h"

size_t igr_nonzeros_f64(size_t rows, size_t columns, const double *a, size_t limit, uint32_t *starts, uint32_t *places,
                        double *values) {
    size_t count = 0;
    starts[0] = 0;
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < columns; c++) {
            places[count] = (uint32_t)c;
            values[count] = a[r * columns + c];
            count += a[r * columns + c] != 0;
        }
        starts[r + 1] = (uint32_t)count;
        if (count > limit) return count;
    }
    return count;
}

#define IGR_DEFINE_TRANSPOSED_NONZEROS(suffix, type)                                                               \
    void igr_transposed_nonzeros_##suffix(size_t rows, size_t columns, const uint32_t *starts,                     \
                                          const uint32_t *places, const type *values, uint32_t *t_starts,          \
                                          uint32_t *t_places, type *t_values) {                                    \
        for (size_t c = 0; c <= columns; c++) t_starts[c] = 0;                                                     \
        for (size_t i = 0; i < starts[rows]; i++) t_starts[places[i] + 1]++;                                       \
        for (size_t c = 0; c < columns; c++) t_starts[c + 1] += t_starts[c];                                       \
        for (size_t r = 0; r < rows; r++) {                                                                        \
            for (size_t i = starts[r]; i < starts[r + 1]; i++) {                                                   \
                uint32_t place = t_starts[places[i]]++;                                                            \
                t_places[place] = (uint32_t)r;                                                                     \
                if (values != NULL) t_values[place] = values[i];                                                   \
            }                                                                                                      \
        }                                                                                                          \
        /* Each start has moved to the next one. */                                                                \
        for (size_t c = columns; c > 0; c--) t_starts[c] = t_starts[c - 1];                                        \
        t_starts[0] = 0;                                                                                           \
    }

IGR_DEFINE_TRANSPOSED_NONZEROS(f32, float)
IGR_DEFINE_TRANSPOSED_NONZEROS(f64, double)

#define IGR_DEFINE_ARE_ONES(suffix, type)                                   \
    int igr_are_ones_##suffix(size_t n, const type *values) {               \
        int others = 0;                                                     \
        for (size_t i = 0; i < n; i++) others |= values[i] != 1;            \
        return !others;                                                     \
    }

IGR_DEFINE_ARE_ONES(f32, float)
IGR_DEFINE_ARE_ONES(f64, double)
