/// Matrix products of one target, after Goto and van de Geijn (2008): a tile of the result stays in registers while rows of
/// B pass by; what passes by again is copied so that it lies in one run.
///
/// The including file defines IGR_PANEL, rows of a tile, and IGR_VECTORS, its columns in sixteens: as many as the registers
/// hold. Each element is summed in the order of the inner index by fused multiply-adds, DEPTH at a time, whatever the tile
/// and the thread: all targets that have this product give the same numbers.
#ifndef IGR_PRODUCTS_H
#define IGR_PRODUCTS_H

#include "product.h"

enum {
    PANEL = IGR_PANEL,
    STRIP = 16 * IGR_VECTORS,
};

typedef float floats4 __attribute__((ext_vector_type(4)));
typedef float unaligned_floats4 __attribute__((ext_vector_type(4), aligned(4)));

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static inline size_t panels_of(size_t rows) { return (rows + PANEL - 1) / PANEL; }

/// A panel of a block of rows, which is cut into panels of nearly equal height.
struct panel {
    size_t first, height;
};

static inline struct panel panel_of(size_t rows, size_t number) {
    size_t first = rows * number / panels_of(rows);
    return (struct panel){first, rows * (number + 1) / panels_of(rows) - first};
}

/// Memory that will be read soon: `rows` rows, at most one every `PREFETCH_STEP` steps of a tile, `step` elements apart.
struct upcoming {
    const float *next;
    size_t step, rows;
};
enum { PREFETCH_STEP = 8 };

// c [rows, 16 vectors], c_step apart, = or += the product of a panel of A [k, rows] and rows of B b_step apart.
IGR_INLINE void tile(const size_t rows, const size_t vectors, size_t k, const float *a, const float *b, size_t b_step,
                     float *c, size_t c_step, int is_adding, struct upcoming soon) {
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
        for (; p < end; p++, a += rows, b += b_step) {
            floats16 row[IGR_VECTORS];
            _Pragma("clang loop unroll(full)") for (size_t j = 0; j < vectors; j++) {
                row[j] = *(const unaligned_floats16 *)(b + 16 * j);
            }
            _Pragma("clang loop unroll(full)") for (size_t i = 0; i < rows; i++) {
                floats16 factor = a[i];
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
static void any_tile(size_t rows, int is_narrow, size_t k, const float *a, const float *b, size_t b_step, float *c,
                     size_t c_step, int is_adding, struct upcoming soon) {
#define IGR_TILE(n)                                                                                 \
    case n:                                                                                         \
        if (n > PANEL) __builtin_unreachable();                                                     \
        if (is_narrow) {                                                                            \
            tile(n, 1, k, a, b, b_step, c, c_step, is_adding, soon);                                \
        } else {                                                                                    \
            tile(n, IGR_VECTORS, k, a, b, b_step, c, c_step, is_adding, soon);                      \
        }                                                                                           \
        break;
    switch (rows) {
        IGR_TILE(1)
        IGR_TILE(2)
        IGR_TILE(3)
        IGR_TILE(4)
        IGR_TILE(5)
        IGR_TILE(6)
#if IGR_PANEL > 6
        IGR_TILE(7)
        IGR_TILE(8)
        IGR_TILE(9)
        IGR_TILE(10)
        IGR_TILE(11)
        IGR_TILE(12)
        IGR_TILE(13)
        IGR_TILE(14)
#endif
        default: __builtin_unreachable();
    }
#undef IGR_TILE
}

// A tile of which only `columns` belong to the result; b has a whole strip.
static void edge_tile(size_t rows, size_t columns, size_t k, const float *a, const float *b, size_t b_step, float *c,
                      size_t c_step, int is_adding, struct upcoming soon) {
    float whole[PANEL * STRIP];
    any_tile(rows, columns <= 16, k, a, b, b_step, whole, STRIP, 0, soon);
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) {
            float sum = whole[i * STRIP + j];
            c[i * c_step + j] = is_adding ? c[i * c_step + j] + sum : sum;
        }
    }
}

// The transpose of 16 by 16 elements: quarters of rows i, i + 4, i + 8 and i + 12 side by side, then 4 by 4 within them.
IGR_INLINE void transpose_16(const float *x, size_t x_step, float *y, size_t y_step) {
#define IGR_QUARTER(row) (*(const unaligned_floats4 *)(x + (row) * x_step + 4 * quarter))
#define IGR_JOINED(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7)
#define IGR_INTERLEAVED(a, b, i, j) \
    __builtin_shufflevector(a, b, i, i + 16, j, j + 16, i + 4, i + 20, j + 4, j + 20, i + 8, i + 24, j + 8, j + 24, \
                            i + 12, i + 28, j + 12, j + 28)
#define IGR_PAIRED(a, b, i)                                                                                        \
    __builtin_shufflevector(a, b, i, i + 1, i + 16, i + 17, i + 4, i + 5, i + 20, i + 21, i + 8, i + 9, i + 24, i + 25, \
                            i + 12, i + 13, i + 28, i + 29)
    for (size_t quarter = 0; quarter < 4; quarter++) {
        floats16 rows[4];
        _Pragma("clang loop unroll(full)") for (size_t i = 0; i < 4; i++) {
            rows[i] = __builtin_shufflevector(IGR_JOINED(IGR_QUARTER(i), IGR_QUARTER(i + 4)),
                                              IGR_JOINED(IGR_QUARTER(i + 8), IGR_QUARTER(i + 12)), 0, 1, 2, 3, 4, 5, 6,
                                              7, 8, 9, 10, 11, 12, 13, 14, 15);
        }
        floats16 low01 = IGR_INTERLEAVED(rows[0], rows[1], 0, 1), high01 = IGR_INTERLEAVED(rows[0], rows[1], 2, 3);
        floats16 low23 = IGR_INTERLEAVED(rows[2], rows[3], 0, 1), high23 = IGR_INTERLEAVED(rows[2], rows[3], 2, 3);
        float *to = y + 4 * quarter * y_step;
        *(unaligned_floats16 *)to = IGR_PAIRED(low01, low23, 0);
        *(unaligned_floats16 *)(to + y_step) = IGR_PAIRED(low01, low23, 2);
        *(unaligned_floats16 *)(to + 2 * y_step) = IGR_PAIRED(high01, high23, 0);
        *(unaligned_floats16 *)(to + 3 * y_step) = IGR_PAIRED(high01, high23, 2);
    }
#undef IGR_QUARTER
#undef IGR_JOINED
#undef IGR_INTERLEAVED
#undef IGR_PAIRED
}

// y [k, rows], `y_step` apart, from x [rows, k], at most 16 rows; x has `readable` rows. May write 16 elements of each row of
// y: what is too much is written over by the next row, or lies beyond y.
static void copy_transposed(size_t rows, size_t readable, size_t k, const float *x, size_t x_step, float *y, size_t y_step) {
    float padded[16 * 16] = {0};
    size_t p = 0;
    for (; p + 16 <= k; p += 16) {
        if (readable >= 16) {
            transpose_16(x + p, x_step, y + p * y_step, y_step);
            continue;
        }
        for (size_t i = 0; i < rows; i++) __builtin_memcpy(padded + 16 * i, x + i * x_step + p, 16 * sizeof *x);
        transpose_16(padded, 16, y + p * y_step, y_step);
    }
    for (; p < k; p++) {
        for (size_t i = 0; i < rows; i++) y[p * y_step + i] = x[i * x_step + p];
    }
}

// y [k, columns], `y_step` apart, from x [k, columns]. May write 16 elements beyond y.
static void copy_rows(size_t columns, size_t k, const float *x, size_t x_step, float *y, size_t y_step) {
    size_t p = 0;
    if (y_step == columns && columns < 16) {
        // Sixteen at once, as long as they are x's: what is too much is written over by the next row.
        for (; p * x_step + 16 <= (k - 1) * x_step + columns; p++) {
            *(unaligned_floats16 *)(y + p * y_step) = *(const unaligned_floats16 *)(x + p * x_step);
        }
    }
    for (; p < k; p++) {
        const float *from = x + p * x_step;
        float *to = y + p * y_step;
        if (columns == STRIP) {
            for (size_t j = 0; j < STRIP; j += 16) *(unaligned_floats16 *)(to + j) = *(const unaligned_floats16 *)(from + j);
        } else {
            for (size_t j = 0; j < columns; j++) to[j] = from[j];
        }
    }
}

// Rows from, from + 1, ... of op(A), `count` of them in panels, each [k, height] in one run.
static void copy_panels(const struct igr_product *product, size_t from, size_t count, size_t p, size_t k, float *to) {
    for (size_t number = 0; number < panels_of(count); number++) {
        struct panel panel = panel_of(count, number);
        size_t row = from + panel.first;
        if (product->is_a_transposed) {
            copy_rows(panel.height, k, product->a + p * product->m + row, product->m, to, panel.height);
        } else {
            copy_transposed(panel.height, product->m - row, k, product->a + row * product->k + p, product->k, to,
                            panel.height);
        }
        to += panel.height * k;
    }
}

// At most STRIP columns of op(B) from `column` on, [k, STRIP]; what the last sixteen lack is zero.
static void copy_strip(const struct igr_product *product, size_t column, size_t columns, size_t p, size_t k, float *to) {
    if (columns % 16 != 0) __builtin_memset(to, 0, k * STRIP * sizeof *to);
    if (!product->is_b_transposed) {
        copy_rows(columns, k, product->b + p * product->n + column, product->n, to, STRIP);
        return;
    }
    for (size_t j = 0; j < columns; j += 16) {
        size_t width = smaller(16, columns - j);
        copy_transposed(width, width, k, product->b + (column + j) * product->k + p, product->k, to + j, STRIP);
    }
}

// All panels of a block of A times one strip of B.
static void strip_product(const struct igr_product *product, size_t row, size_t rows, size_t column, size_t columns,
                          size_t k, const float *a, const float *b, size_t b_step, int is_adding, struct upcoming soon) {
    size_t panels = panels_of(rows);
    for (size_t number = 0; number < panels; number++) {
        struct panel panel = panel_of(rows, number);
        size_t passed = soon.rows * number / panels;
        struct upcoming part = {soon.next + passed * soon.step, soon.step, soon.rows * (number + 1) / panels - passed};
        float *c = product->c + (row + panel.first) * product->n + column;
        if (columns % 16 == 0) {
            any_tile(panel.height, columns == 16, k, a, b, b_step, c, product->n, is_adding, part);
        } else {
            edge_tile(panel.height, columns, k, a, b, b_step, c, product->n, is_adding, part);
        }
        a += panel.height * k;
    }
}

// Few rows: their panels are copied once, and the strips of B pass by.
static void product_of_few_rows(const struct igr_product *product, struct igr_part part, size_t p, size_t k, int is_adding,
                                float *panels, float *strip) {
    size_t rows = part.last_row - part.first_row;
    copy_panels(product, part.first_row, rows, p, k, panels);
    for (size_t column = part.first_column; column < part.last_column; column += STRIP) {
        size_t columns = smaller(STRIP, part.last_column - column);
        size_t b_step = product->is_b_transposed ? product->k : product->n;
        const float *b = product->b + (product->is_b_transposed ? column * b_step + p : p * b_step + column);
        // The next strip: k rows of B; of a transposed B STRIP rows, taken as k pieces of their run where that is whole.
        struct upcoming soon = {b + STRIP, b_step, column + STRIP < part.last_column ? k : 0};
        if (product->is_b_transposed) soon = (struct upcoming){b + STRIP * b_step, STRIP, k == product->k ? soon.rows : 0};
        if (product->is_b_transposed || columns % 16 != 0) {
            copy_strip(product, column, columns, p, k, strip);
            b = strip;
            b_step = STRIP;
        }
        strip_product(product, part.first_row, rows, column, columns, k, panels, b, b_step, is_adding, soon);
    }
}

// Many rows: a large block of B is copied, and for it one block of A after the other.
static void product_of_many_rows(const struct igr_product *product, struct igr_part part, size_t p, size_t k, int is_adding,
                                 float *panels, float *strips) {
    size_t block_rows = BLOCK / k, block_columns = LARGE_BLOCK / k / STRIP * STRIP;
    struct upcoming nothing = {product->b, 0, 0};
    for (size_t column = part.first_column; column < part.last_column; column += block_columns) {
        size_t columns = smaller(block_columns, part.last_column - column);
        for (size_t j = 0; j < columns; j += STRIP) {
            copy_strip(product, column + j, smaller(STRIP, columns - j), p, k, strips + j * k);
        }
        for (size_t row = part.first_row; row < part.last_row; row += block_rows) {
            size_t rows = smaller(block_rows, part.last_row - row);
            copy_panels(product, row, rows, p, k, panels);
            if (columns * k > BLOCK) {
                for (size_t j = 0; j < columns; j += STRIP) {
                    strip_product(product, row, rows, column + j, smaller(STRIP, columns - j), k, panels, strips + j * k,
                                  STRIP, is_adding, nothing);
                }
                continue;
            }
            // All strips stay in the cache: panel by panel, so that c is written along its rows.
            for (size_t number = 0; number < panels_of(rows); number++) {
                struct panel panel = panel_of(rows, number);
                for (size_t j = 0; j < columns; j += STRIP) {
                    strip_product(product, row + panel.first, panel.height, column + j, smaller(STRIP, columns - j), k,
                                  panels + panel.first * k, strips + j * k, STRIP, is_adding, nothing);
                }
            }
        }
    }
}

// `scratch` has room for IGR_PRODUCT_SCRATCH elements.
static void product_part(const struct igr_product *product, struct igr_part part, float *scratch) {
    float *panels = scratch, *strips = scratch + IGR_PRODUCT_PANELS;
    size_t depths = (product->k + DEPTH - 1) / DEPTH;
    for (size_t depth = 0; depth < depths; depth++) {
        size_t p = product->k * depth / depths, k = product->k * (depth + 1) / depths - p;
        int is_adding = product->is_adding || depth > 0;
        if (part.last_row - part.first_row <= FEW_ROWS) {
            product_of_few_rows(product, part, p, k, is_adding, panels, strips);
        } else {
            product_of_many_rows(product, part, p, k, is_adding, panels, strips);
        }
    }
}

_Static_assert(BLOCK <= FEW_ROWS * DEPTH, "panels of A");
_Static_assert(LARGE_BLOCK / DEPTH >= STRIP, "strips of B");

#endif
