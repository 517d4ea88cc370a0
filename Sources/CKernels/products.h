/// Matrix products of one target, after Goto and van de Geijn (2008): a tile of the result stays in registers while rows of
/// B pass by; what passes by again and again is copied so that it lies in one run. What passes by only a few times is read
/// where it lies.
///
/// Each element is summed in the order of the inner index by fused multiply-adds, DEPTH at a time, whatever the tile
/// and the thread: all targets that have this product give the same numbers.
#ifndef IGR_PRODUCTS_H
#define IGR_PRODUCTS_H

#include "tiles.h"

typedef float floats4 __attribute__((ext_vector_type(4)));
typedef float unaligned_floats4 __attribute__((ext_vector_type(4), aligned(4)));

static inline size_t panels_of(size_t rows) { return (rows + PANEL - 1) / PANEL; }

/// A panel of a block of rows, which is cut into panels of nearly equal height.
struct panel {
    size_t first, height;
};

static inline struct panel panel_of(size_t rows, size_t number) {
    size_t first = rows * number / panels_of(rows);
    return (struct panel){first, rows * (number + 1) / panels_of(rows) - first};
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
        strip_tile(any_packed_tile, product, row + panel.first, panel.height, column, columns, k, a, 0, b, b_step, is_adding,
                   part);
        a += panel.height * k;
    }
}

// A small B: both factors are read where they lie, but for what B has beyond whole vectors.
IGR_INLINE void panels_in_place(any_tile *any, const float *a, size_t row_step, size_t a_step,
                                const struct igr_product *product, struct igr_part part, size_t p, size_t k, int is_adding,
                                float *strip) {
    size_t rows = part.last_row - part.first_row;
    size_t edge = part.first_column + (part.last_column - part.first_column) / STRIP * STRIP;
    if ((part.last_column - edge) % 16 != 0) copy_strip(product, edge, part.last_column - edge, p, k, strip);
    struct upcoming nothing = {product->b, 0, 0};
    for (size_t number = 0; number < panels_of(rows); number++) {
        struct panel panel = panel_of(rows, number);
        size_t row = part.first_row + panel.first;
        for (size_t column = part.first_column; column < part.last_column; column += STRIP) {
            size_t columns = smaller(STRIP, part.last_column - column);
            int is_copied = columns % 16 != 0;
            const float *b = is_copied ? strip : product->b + p * product->n + column;
            strip_tile(any, product, row, panel.height, column, columns, k, a + row * row_step, a_step, b,
                       is_copied ? STRIP : product->n, is_adding, nothing);
        }
    }
}

static void product_in_place(const struct igr_product *product, struct igr_part part, size_t p, size_t k, int is_adding,
                             float *strip) {
    if (product->is_a_transposed) {
        const float *a = product->a + p * product->m;
        panels_in_place(any_tile_of_columns, a, 1, product->m, product, part, p, k, is_adding, strip);
    } else {
        panels_in_place(any_tile_of_rows, product->a + p, product->k, product->k, product, part, p, k, is_adding, strip);
    }
}

// A small A: its panels are copied once, and the strips of B pass by.
static void product_of_small_a(const struct igr_product *product, struct igr_part part, size_t p, size_t k, int is_adding,
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

// Whether so few strips of a small B pass by that copies would cost more than they save.
static int is_read_in_place(const struct igr_product *product, size_t k) {
    if (product->is_b_transposed || product->n * k > BLOCK) return 0;
    if (product->n <= FEW_COLUMNS) return 1;
    // With few registers a panel uses too little of the lines that it touches. With few rows the next strip of B has to be fetched
    // while one passes by. Columns of rows 4 KiB apart share one set of the first-level cache.
    return IGR_VECTORS > 1 && product->n <= 8 * FEW_COLUMNS && product->m >= MANY_ROWS
           && (!product->is_a_transposed || product->m % 1024 != 0);
}

// `scratch` has room for IGR_PRODUCT_SCRATCH elements.
static void product_part(const struct igr_product *product, struct igr_part part, float *scratch) {
    float *panels = scratch, *strips = scratch + IGR_PRODUCT_PANELS;
    size_t depths = (product->k + DEPTH - 1) / DEPTH;
    for (size_t depth = 0; depth < depths; depth++) {
        size_t p = product->k * depth / depths, k = product->k * (depth + 1) / depths - p;
        int is_adding = product->is_adding || depth > 0;
        if (is_read_in_place(product, k)) {
            product_in_place(product, part, p, k, is_adding, strips);
        } else if ((part.last_row - part.first_row) * k <= SMALL_A) {
            product_of_small_a(product, part, p, k, is_adding, panels, strips);
        } else {
            product_of_many_rows(product, part, p, k, is_adding, panels, strips);
        }
    }
}

_Static_assert(BLOCK <= SMALL_A, "panels of A");
_Static_assert(LARGE_BLOCK / DEPTH >= STRIP, "strips of B");

#endif
