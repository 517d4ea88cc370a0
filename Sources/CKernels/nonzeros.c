// Lists of a matrix's entries that are not zero. Plain C: nothing here is added up, and a pass over a batch of images
// costs little beside what it saves.
#include "kernels.h"

#define IGR_DEFINE_NONZEROS(suffix, type)                                                                          \
    size_t igr_nonzeros_##suffix(size_t rows, size_t columns, const type *a, size_t limit, uint32_t *starts,       \
                                 uint32_t *places, type *values) {                                                 \
        size_t count = 0;                                                                                          \
        starts[0] = 0;                                                                                             \
        for (size_t r = 0; r < rows; r++) {                                                                        \
            const type *row = a + r * columns;                                                                     \
            /* Written always and kept where it counts: a branch would be mispredicted at every edge of a stroke. */ \
            for (size_t c = 0; c < columns; c++) {                                                                 \
                places[count] = (uint32_t)c;                                                                       \
                values[count] = row[c];                                                                            \
                count += row[c] != 0;                                                                              \
            }                                                                                                      \
            starts[r + 1] = (uint32_t)count;                                                                       \
            if (count > limit) return count;                                                                       \
        }                                                                                                          \
        return count;                                                                                              \
    }                                                                                                              \
                                                                                                                   \
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
                t_values[place] = values[i];                                                                       \
            }                                                                                                      \
        }                                                                                                          \
        /* Each start has moved to the next one. */                                                                \
        for (size_t c = columns; c > 0; c--) t_starts[c] = t_starts[c - 1];                                        \
        t_starts[0] = 0;                                                                                           \
    }

IGR_DEFINE_NONZEROS(f32, float)
IGR_DEFINE_NONZEROS(f64, double)
