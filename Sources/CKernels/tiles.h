/// Tiles of a matrix product: a part of the result that stays in registers while rows of B pass by.
///
/// The including file defines IGR_PANEL, rows of a tile, and IGR_VECTORS, its columns in sixteens: as many as the registers
/// hold.
#ifndef IGR_TILES_H
#define IGR_TILES_H

#include "product.h"

enum {
    PANEL = IGR_PANEL,
    STRIP = 16 * IGR_VECTORS,
};

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/// Memory that will be read soon: `rows` rows, at most one every `PREFETCH_STEP` steps of a tile, `step` elements apart.
struct upcoming {
    const float *next;
    size_t step, rows;
};
enum { PREFETCH_STEP = 8 };

/// Where the factors of a tile lie for one term of its sums after the other.
enum layout {
    /// Side by side, one term's behind the other's.
    PACKED,
    /// In rows of a matrix.
    ROWS,
    /// Side by side in a row of a matrix, one row for each term: so far apart that no processor foresees the next.
    COLUMNS,
};

enum { COLUMNS_AHEAD = 12 };

// c [rows, 16 vectors], c_step apart, = or += the product of rows of A [rows, k] and rows of B b_step apart. Where A is not
// packed, rows of its matrix lie a_step apart.
IGR_INLINE void tile(const size_t rows, const size_t vectors, const enum layout layout, size_t k, const float *a, size_t a_step,
                     const float *b, size_t b_step, float *c, size_t c_step, int is_adding, struct upcoming soon) {
    const size_t row_step = layout == ROWS ? a_step : 1, term_step = layout == ROWS ? 1 : layout == PACKED ? rows : a_step;
    floats16 sums[PANEL][IGR_VECTORS];
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < rows; i++) {
        _Pragma("clang loop unroll(full)") for (size_t j = 0; j < vectors; j++) {
            sums[i][j] = 0.0f;
            __builtin_prefetch(c + i * c_step + 16 * j, 1);
        }
    }
    for (size_t p = 0; p < k;) {
        size_t end = smaller(k, p + PREFETCH_STEP);
        if (soon.rows > 0) {
            // Into the second-level cache: the first has no room. A row may begin anywhere in its line.
            for (size_t j = 0; j < vectors; j++) __builtin_prefetch(soon.next + 16 * j, 0, 2);
            __builtin_prefetch(soon.next + 16 * vectors - 1, 0, 2);
            soon.next += soon.step;
            soon.rows--;
        }
        for (; p < end; p++, a += term_step, b += b_step) {
            if (layout == COLUMNS) {
                __builtin_prefetch(a + COLUMNS_AHEAD * a_step);
                __builtin_prefetch(a + COLUMNS_AHEAD * a_step + rows - 1);
            }
            floats16 row[IGR_VECTORS];
            _Pragma("clang loop unroll(full)") for (size_t j = 0; j < vectors; j++) {
                row[j] = *(const unaligned_floats16 *)(b + 16 * j);
            }
            _Pragma("clang loop unroll(full)") for (size_t i = 0; i < rows; i++) {
                floats16 factor = a[i * row_step];
                _Pragma("clang loop unroll(full)") for (size_t j = 0; j < vectors; j++) {
                    sums[i][j] = __builtin_elementwise_fma(factor, row[j], sums[i][j]);
                }
            }
        }
    }
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < rows; i++) {
        _Pragma("clang loop unroll(full)") for (size_t j = 0; j < vectors; j++) {
            unaligned_floats16 *to = (unaligned_floats16 *)(c + i * c_step + 16 * j);
            *to = is_adding ? *to + sums[i][j] : sums[i][j];
        }
    }
}

// The same for any number of rows up to PANEL and a strip that is at most 16 columns wide, or wider.
typedef void any_tile(size_t rows, int is_narrow, size_t k, const float *a, size_t a_step, const float *b, size_t b_step,
                      float *c, size_t c_step, int is_adding, struct upcoming soon);

#define IGR_TILE(layout, n)                                                                     \
    case n:                                                                                     \
        if (n > PANEL) __builtin_unreachable();                                                 \
        if (is_narrow) {                                                                        \
            tile(n, 1, layout, k, a, a_step, b, b_step, c, c_step, is_adding, soon);            \
        } else {                                                                                \
            tile(n, IGR_VECTORS, layout, k, a, a_step, b, b_step, c, c_step, is_adding, soon);  \
        }                                                                                       \
        break;
#if IGR_PANEL > 6
#define IGR_TILES_BEYOND_6(layout)                                                                   \
    IGR_TILE(layout, 7) IGR_TILE(layout, 8) IGR_TILE(layout, 9) IGR_TILE(layout, 10) IGR_TILE(layout, 11) \
    IGR_TILE(layout, 12) IGR_TILE(layout, 13) IGR_TILE(layout, 14)
#else
#define IGR_TILES_BEYOND_6(layout)
#endif
#define IGR_ANY_TILE(name, layout)                                                                                       \
    static void name(size_t rows, int is_narrow, size_t k, const float *a, size_t a_step, const float *b, size_t b_step, \
                     float *c, size_t c_step, int is_adding, struct upcoming soon) {                                     \
        switch (rows) {                                                                                                  \
            IGR_TILE(layout, 1) IGR_TILE(layout, 2) IGR_TILE(layout, 3)                                                  \
            IGR_TILE(layout, 4) IGR_TILE(layout, 5) IGR_TILE(layout, 6)                                                  \
            IGR_TILES_BEYOND_6(layout)                                                                                   \
            default: __builtin_unreachable();                                                                            \
        }                                                                                                                \
    }
IGR_ANY_TILE(any_packed_tile, PACKED)
IGR_ANY_TILE(any_tile_of_rows, ROWS)
IGR_ANY_TILE(any_tile_of_columns, COLUMNS)
#undef IGR_ANY_TILE
#undef IGR_TILES_BEYOND_6
#undef IGR_TILE

// A tile of which only `columns` belong to the result; b has a whole strip.
IGR_INLINE void edge_tile(any_tile *any, size_t rows, size_t columns, size_t k, const float *a, size_t a_step, const float *b,
                          size_t b_step, float *c, size_t c_step, int is_adding, struct upcoming soon) {
    float whole[PANEL * STRIP];
    any(rows, columns <= 16, k, a, a_step, b, b_step, whole, STRIP, 0, soon);
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) {
            float sum = whole[i * STRIP + j];
            c[i * c_step + j] = is_adding ? c[i * c_step + j] + sum : sum;
        }
    }
}

// At most STRIP columns of a product's result from `column` on, `rows` rows of them from `row` on.
IGR_INLINE void strip_tile(any_tile *any, const struct igr_product *product, size_t row, size_t rows, size_t column,
                           size_t columns, size_t k, const float *a, size_t a_step, const float *b, size_t b_step,
                           int is_adding, struct upcoming soon) {
    float *c = product->c + row * product->n + column;
    if (columns % 16 == 0) {
        any(rows, columns == 16, k, a, a_step, b, b_step, c, product->n, is_adding, soon);
    } else {
        edge_tile(any, rows, columns, k, a, a_step, b, b_step, c, product->n, is_adding, soon);
    }
}

#endif
