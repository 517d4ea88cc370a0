/// A matrix product as its parts see it.
#ifndef IGR_PRODUCT_H
#define IGR_PRODUCT_H

#include <stddef.h>

/// c [m, n] = or += op(a) op(b), all row-major in one run; op(a) is [m, k], op(b) is [k, n].
struct igr_product {
    int is_a_transposed, is_b_transposed, is_adding;
    size_t m, n, k;
    const float *a, *b;
    float *c;
};

/// The rows and columns of c that one thread computes.
struct igr_part {
    size_t first_row, last_row, first_column, last_column;
};

enum {
    /// Terms of a sum that are added up in registers before they are added to the result.
    DEPTH = 1024,
    /// Up to this many elements of A, which stay in the second-level cache, B is read where it lies, a strip of columns at a time:
    /// copying it would cost more than it saves.
    SMALL_A = 168 * DEPTH,
    /// From this many rows on a small B may be read in place too: with up to twelve of AVX-512's panels a copy was faster.
    MANY_ROWS = 169,
    /// Up to this many columns A is read where it lies, as long as B stays in the second-level cache.
    FEW_COLUMNS = 64,
    /// Elements of a block that stays in the second-level cache, and of one that need not.
    BLOCK = 1 << 17,
    LARGE_BLOCK = 4 * BLOCK,
    /// Elements of memory a thread needs to compute a part, and those of them that are for A; copies may run 16 elements over.
    /// What is not used is never touched.
    IGR_PRODUCT_PANELS = SMALL_A + 64,
    IGR_PRODUCT_SCRATCH = IGR_PRODUCT_PANELS + LARGE_BLOCK + 64,
};

#endif
