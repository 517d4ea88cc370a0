// The loops of one target. The including file defines IGR_TARGET_TABLE and IGR_TARGET_NAME, and sets the target of the
// functions around the inclusion.

#include "elementary.h"
#include "patches.h"

// An array may be both input and output, element by element: without the promise the compiler would take the scalar
// loop for every call in place.
#define IGR_VECTOR_LOOP _Pragma("clang loop vectorize(assume_safety)")

// Two vectors at a time, for chains of dependent steps so long that one alone leaves the processor waiting.
#define IGR_VECTOR_LOOP_BY_TWO _Pragma("clang loop vectorize(assume_safety) interleave_count(2)")

#define IGR_UNARY_LOOP(name, loop, expression)                \
    static void name(size_t n, const float *xs, float *ys) {  \
        loop for (size_t i = 0; i < n; i++) {                 \
            float x = xs[i];                                  \
            ys[i] = expression;                               \
        }                                                     \
    }
#define IGR_UNARY(name, expression) IGR_UNARY_LOOP(name, IGR_VECTOR_LOOP, expression)

IGR_UNARY(loop_negate, -x)
IGR_UNARY(loop_exp, exp_f32(x))
IGR_UNARY(loop_log, log_f32(x))
IGR_UNARY(loop_log1p, log1p_f32(x))
IGR_UNARY(loop_log1mexp, log1mexp_f32(x))
IGR_UNARY(loop_tanh, tanh_f32(x))
IGR_UNARY_LOOP(loop_sigmoid, IGR_VECTOR_LOOP_BY_TWO, sigmoid_f32(x))
IGR_UNARY_LOOP(loop_softplus, IGR_VECTOR_LOOP_BY_TWO, softplus_f32(x))
IGR_UNARY(loop_relu, relu_f32(x))
IGR_UNARY(loop_step, x > 0.0f ? 1.0f : 0.0f)
IGR_UNARY(loop_elu, elu_f32(x))
IGR_UNARY(loop_elu_slope, elu_slope_f32(x))
IGR_UNARY(loop_square, x *x)
IGR_UNARY(loop_sqrt, __builtin_sqrtf(x))
IGR_UNARY(loop_reciprocal, 1.0f / x)
IGR_UNARY_LOOP(loop_log_normal_cdf, IGR_VECTOR_LOOP_BY_TWO, log_normal_cdf_f32(x))

// NaN in either argument passes.
IGR_INLINE float maximum_f32(float a, float b) { return ((a > b) | (a != a)) ? a : b; }

#define IGR_BINARY(name, expression)                                                                         \
    static void name(size_t n, const float *as, size_t a_step, const float *bs, size_t b_step, float *out) { \
        if (a_step != 0 && b_step != 0) {                                                                    \
            IGR_VECTOR_LOOP for (size_t i = 0; i < n; i++) {                                                 \
                float a = as[i], b = bs[i];                                                                  \
                out[i] = expression;                                                                         \
            }                                                                                                \
        } else if (a_step != 0 && n != 0) {                                                                  \
            float b = bs[0];                                                                                 \
            IGR_VECTOR_LOOP for (size_t i = 0; i < n; i++) {                                                 \
                float a = as[i];                                                                             \
                out[i] = expression;                                                                         \
            }                                                                                                \
        } else if (b_step != 0 && n != 0) {                                                                  \
            float a = as[0];                                                                                 \
            IGR_VECTOR_LOOP for (size_t i = 0; i < n; i++) {                                                 \
                float b = bs[i];                                                                             \
                out[i] = expression;                                                                         \
            }                                                                                                \
        } else if (n != 0) {                                                                                 \
            float a = as[0], b = bs[0];                                                                      \
            float value = expression;                                                                        \
            for (size_t i = 0; i < n; i++) out[i] = value;                                                   \
        }                                                                                                    \
    }

IGR_BINARY(loop_add, a + b)
IGR_BINARY(loop_subtract, a - b)
IGR_BINARY(loop_multiply, a *b)
IGR_BINARY(loop_divide, a / b)
IGR_BINARY(loop_maximum, maximum_f32(a, b))
IGR_BINARY(loop_add_relu, relu_f32(a + b))
IGR_BINARY(loop_gate, b > 0.0f ? a : 0.0f)

static void loop_affine(size_t n, float a, float b, const float *x, float *y) {
    IGR_VECTOR_LOOP for (size_t i = 0; i < n; i++) y[i] = a * x[i] + b;
}

static void loop_winners(size_t n, float k, const float *x, float *best, float *winners) {
    IGR_VECTOR_LOOP for (size_t i = 0; i < n; i++) {
        int wins = x[i] > best[i];
        best[i] = wins ? x[i] : best[i];
        winners[i] = wins ? k : winners[i];
    }
}

enum { ONE_HOT_COLUMNS = 256 };

static void loop_one_hot(size_t outer, size_t length, size_t inner, const float *xs, float *ys) {
    float best[ONE_HOT_COLUMNS];
    uint32_t winners[ONE_HOT_COLUMNS];
    for (size_t o = 0; o < outer; o++) {
        for (size_t first = 0; first < inner; first += ONE_HOT_COLUMNS) {
            size_t count = inner - first < ONE_HOT_COLUMNS ? inner - first : ONE_HOT_COLUMNS;
            const float *x = xs + o * length * inner + first;
            float *y = ys + o * length * inner + first;
            for (size_t i = 0; i < count; i++) {
                best[i] = x[i];
                winners[i] = 0;
            }
            for (uint32_t row = 1; row < length; row++) {
                const float *values = x + row * inner;
                IGR_VECTOR_LOOP for (size_t i = 0; i < count; i++) {
                    int wins = values[i] > best[i];
                    best[i] = wins ? values[i] : best[i];
                    winners[i] = wins ? row : winners[i];
                }
            }
            for (uint32_t row = 0; row < length; row++) {
                IGR_VECTOR_LOOP for (size_t i = 0; i < count; i++) y[row * inner + i] = winners[i] == row ? 1.0f : 0.0f;
            }
        }
    }
}

typedef float floats16 __attribute__((ext_vector_type(16)));
typedef float unaligned_floats16 __attribute__((ext_vector_type(16), aligned(4)));
typedef double doubles16 __attribute__((ext_vector_type(16)));
typedef double doubles8 __attribute__((ext_vector_type(8)));
typedef double doubles4 __attribute__((ext_vector_type(4)));
typedef double doubles2 __attribute__((ext_vector_type(2)));
typedef uint64_t pairs8 __attribute__((ext_vector_type(8)));
typedef uint64_t unaligned_pairs8 __attribute__((ext_vector_type(8), aligned(4)));

// Halves folded onto halves: 8 + 8, 4 + 4, 2 + 2, 1 + 1.
static double folded(double lanes[16]) {
    for (size_t width = 8; width > 0; width /= 2) {
        for (size_t i = 0; i < width; i++) lanes[i] += lanes[i + width];
    }
    return lanes[0];
}

// The same of a vector.
IGR_INLINE double folded_vector(const doubles16 *lanes) {
    doubles8 eight = lanes->lo + lanes->hi;
    doubles4 four = eight.lo + eight.hi;
    doubles2 two = four.lo + four.hi;
    return two[0] + two[1];
}

static double loop_sum(size_t n, const float *x) {
    double total = 0;
    for (size_t start = 0; start < n; start += IGR_SUM_BLOCK) {
        size_t count = n - start < IGR_SUM_BLOCK ? n - start : IGR_SUM_BLOCK;
        floats16 sums = 0.0f;
        size_t i = 0;
        for (; i + 16 <= count; i += 16) sums += *(const unaligned_floats16 *)(x + start + i);
        double lanes[16];
        for (size_t lane = 0; lane < 16; lane++) {
            float sum = sums[lane];
            if (i + lane < count) sum += x[start + i + lane];
            lanes[lane] = sum;
        }
        total += folded(lanes);
    }
    return total;
}

enum { BERNOULLI_BLOCK = 128 };

// Eight elements share a logarithm: with e = exp(-|l|), their log(1 + e) add up to log(1 + q), and q is found without ever
// rounding a small e away in 1 + e. Partial sums as in loop_sum, over blocks of 128.
// With `sigmoids`, which may be the logits, also their sigmoids, whose exponentials are the same.
IGR_INLINE double bernoulli(const int has_sigmoids, size_t n, const float *xs, const float *logits, float *sigmoids) {
    float es[BERNOULLI_BLOCK], terms[BERNOULLI_BLOCK], means[BERNOULLI_BLOCK], qs[16], sums[16];
    doubles16 total = 0.0;
    for (size_t start = 0; start < n; start += BERNOULLI_BLOCK) {
        size_t count = n - start < BERNOULLI_BLOCK ? n - start : BERNOULLI_BLOCK;
        const float *x = xs + start, *l = logits + start;
        IGR_VECTOR_LOOP_BY_TWO for (size_t i = 0; i < count; i++) {
            struct logistic logistic = logistic_of(l[i]);
            es[i] = logistic.e;
            if (has_sigmoids) means[i] = logistic.sigmoid;
            terms[i] = x[i] * l[i] - relu_f32(l[i]);
        }
        if (has_sigmoids) __builtin_memcpy(sigmoids + start, means, count * sizeof *means);
        size_t rows = (count + 15) / 16;
        for (size_t i = count; i < 16 * rows; i++) es[i] = terms[i] = 0.0f;
        floats16 q = 0.0f, sum = 0.0f;
        for (size_t row = 0; row < rows; row++) {
            floats16 e = *(const unaligned_floats16 *)(es + 16 * row);
            q += e + q * e;
            sum += *(const unaligned_floats16 *)(terms + 16 * row);
        }
        *(unaligned_floats16 *)qs = q;
        *(unaligned_floats16 *)sums = sum;
        IGR_VECTOR_LOOP for (size_t i = 0; i < 16; i++) sums[i] -= log1p_finite(qs[i]);
        total += __builtin_convertvector(*(const unaligned_floats16 *)sums, doubles16);
    }
    double lanes[16];
    for (size_t lane = 0; lane < 16; lane++) lanes[lane] = total[lane];
    return folded(lanes);
}

static double loop_bernoulli(size_t n, const float *x, const float *logits, float *sigmoids) {
    return sigmoids == NULL ? bernoulli(0, n, x, logits, NULL) : bernoulli(1, n, x, logits, sigmoids);
}

// The sums of 16 neighbouring columns over all rows, one column per lane.
#define IGR_ADD_ROWS(tiles)                                                                            \
    doubles16 sums[tiles];                                                                             \
    for (size_t tile = 0; tile < tiles; tile++) sums[tile] = 0.0;                                      \
    for (size_t row = 0; row < rows; row++) {                                                          \
        const float *values = x + row * columns + first;                                               \
        for (size_t tile = 0; tile < tiles; tile++) {                                                  \
            floats16 narrow = *(const unaligned_floats16 *)(values + 16 * tile);                       \
            sums[tile] += __builtin_convertvector(narrow, doubles16);                                  \
        }                                                                                              \
    }                                                                                                  \
    for (size_t tile = 0; tile < tiles; tile++) {                                                      \
        *(unaligned_floats16 *)(y + first + 16 * tile) = __builtin_convertvector(sums[tile], floats16); \
    }

// Each column is added up in double: over 16,000 rows floats would lose up to 1e-5.
static void sum_rows_of_block(size_t rows, size_t columns, const float *x, float *y) {
    size_t first = 0;
    for (; first + 64 <= columns; first += 64) {
        IGR_ADD_ROWS(4)
    }
    for (; first + 32 <= columns; first += 32) {
        IGR_ADD_ROWS(2)
    }
    for (; first + 16 <= columns; first += 16) {
        IGR_ADD_ROWS(1)
    }
    size_t rest = columns - first;
    if (rest == 0) return;
    if (first > 0) {
        // The last tile reaches back over columns that are done already, which gives the same numbers again.
        first = columns - 16;
        IGR_ADD_ROWS(1)
        return;
    }
    double sums[16] = {0};
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = 0; i < rest; i++) sums[i] += (double)x[row * columns + i];
    }
    for (size_t i = 0; i < rest; i++) y[i] = (float)sums[i];
}

static void loop_sum_rows(size_t outer, size_t rows, size_t columns, const float *x, float *y) {
    for (size_t o = 0; o < outer; o++) sum_rows_of_block(rows, columns, x + o * rows * columns, y + o * columns);
}

static void loop_repeat(size_t n, size_t times, const float *x, float *y) {
    if (n < 16) {
        // Sixteen at once, as long as they are y's: what is too much is written over by the next copy.
        float padded[16] = {0};
        for (size_t i = 0; i < n; i++) padded[i] = x[i];
        size_t time = 0;
        for (; time * n + 16 <= times * n; time++) __builtin_memcpy(y + time * n, padded, sizeof padded);
        for (; time < times; time++) {
            for (size_t i = 0; i < n; i++) y[time * n + i] = padded[i];
        }
        return;
    }
    for (size_t time = 0; time < times; time++, y += n) {
        for (size_t i = 0; i + 16 <= n; i += 16) *(unaligned_floats16 *)(y + i) = *(const unaligned_floats16 *)(x + i);
        *(unaligned_floats16 *)(y + n - 16) = *(const unaligned_floats16 *)(x + n - 16);
    }
}

IGR_INLINE void squares_of_whole_blocks(const size_t blocks, const float *x, double *sums) {
    doubles16 lanes[4];
    _Pragma("clang loop unroll(full)") for (size_t block = 0; block < blocks; block++) lanes[block] = 0.0;
    for (size_t i = 0; i < IGR_SUM_BLOCK; i += 16) {
        _Pragma("clang loop unroll(full)") for (size_t block = 0; block < blocks; block++) {
            floats16 values = *(const unaligned_floats16 *)(x + block * IGR_SUM_BLOCK + i);
            doubles16 wide = __builtin_convertvector(values, doubles16);
            lanes[block] += wide * wide;
        }
    }
    _Pragma("clang loop unroll(full)") for (size_t block = 0; block < blocks; block++) {
        sums[block] = folded_vector(lanes + block);
    }
}

// Four blocks side by side, because one alone leaves the processor waiting for its last addition.
static void loop_sums_of_squares(size_t n, const float *x, double *sums) {
    size_t start = 0;
    for (; start + 4 * IGR_SUM_BLOCK <= n; start += 4 * IGR_SUM_BLOCK, sums += 4) squares_of_whole_blocks(4, x + start, sums);
    for (; start + IGR_SUM_BLOCK <= n; start += IGR_SUM_BLOCK, sums++) squares_of_whole_blocks(1, x + start, sums);
    if (start == n) return;
    double lanes[16] = {0};
    for (size_t i = start; i < n; i++) lanes[i % 16] += (double)x[i] * (double)x[i];
    *sums = folded(lanes);
}

static float loop_max(size_t n, const float *x) {
    float lanes[16];
    for (size_t lane = 0; lane < 16; lane++) lanes[lane] = x[lane < n ? lane : 0];
    size_t i = 16;
    for (; i + 16 <= n; i += 16) {
        IGR_VECTOR_LOOP for (size_t lane = 0; lane < 16; lane++) lanes[lane] = maximum_f32(lanes[lane], x[i + lane]);
    }
    for (; i < n; i++) lanes[i % 16] = maximum_f32(lanes[i % 16], x[i]);
    float largest = lanes[0];
    for (size_t lane = 1; lane < 16; lane++) largest = maximum_f32(largest, lanes[lane]);
    return largest;
}

// What `for_columns` calls: for `count` neighbouring columns of `length` rows, at most 16 and one per lane, whose rows lie
// `x_step` and `y_step` elements apart. x and y may be the same.
typedef void columns_function(size_t count, size_t length, const float *x, size_t x_step, float *y, size_t y_step);

// The largest element of each column, and the log of the sum of exponentials shifted by it, rows in order. The largest of a
// column with NaN may be any other element: the sum is NaN all the same.
IGR_INLINE void shifted_log_sums(size_t count, size_t length, const float *x, size_t step, float *largest, float *sums) {
    for (size_t lane = 0; lane < count; lane++) largest[lane] = x[lane];
    for (size_t row = 1; row < length; row++) {
        const float *values = x + row * step;
        IGR_VECTOR_LOOP for (size_t lane = 0; lane < count; lane++) {
            largest[lane] = values[lane] > largest[lane] ? values[lane] : largest[lane];
        }
    }
    for (size_t lane = 0; lane < count; lane++) sums[lane] = 0.0f;
    for (size_t row = 0; row < length; row++) {
        const float *values = x + row * step;
        IGR_VECTOR_LOOP for (size_t lane = 0; lane < count; lane++) sums[lane] += exp_nonpositive(values[lane] - largest[lane]);
    }
    IGR_VECTOR_LOOP for (size_t lane = 0; lane < count; lane++) sums[lane] = log_f32(sums[lane]);
}

IGR_INLINE void log_softmax_columns(size_t count, size_t length, const float *x, size_t x_step, float *y, size_t y_step) {
    float largest[16], sums[16];
    shifted_log_sums(count, length, x, x_step, largest, sums);
    for (size_t row = 0; row < length; row++) {
        // A vector at once where there is one: x and y may be the same, so a loop over lanes is not made one.
        if (count == 16) {
            floats16 shifted = *(const unaligned_floats16 *)(x + row * x_step) - *(const unaligned_floats16 *)largest;
            *(unaligned_floats16 *)(y + row * y_step) = shifted - *(const unaligned_floats16 *)sums;
            continue;
        }
        for (size_t lane = 0; lane < count; lane++) {
            y[row * y_step + lane] = (x[row * x_step + lane] - largest[lane]) - sums[lane];
        }
    }
}

IGR_INLINE void log_sum_exp_columns(size_t count, size_t length, const float *x, size_t x_step, float *y, size_t y_step) {
    (void)y_step;
    float largest[16], sums[16];
    shifted_log_sums(count, length, x, x_step, largest, sums);
    IGR_VECTOR_LOOP for (size_t lane = 0; lane < count; lane++) y[lane] = largest[lane] + sums[lane];
}

IGR_INLINE void copy_columns(size_t count, size_t length, const float *x, size_t x_step, float *y, size_t y_step) {
    if (count == 4) {
        for (size_t row = 0; row < length; row++) __builtin_memcpy(y + row * y_step, x + row * x_step, 4 * sizeof *y);
    } else {
        for (size_t row = 0; row < length; row++) y[row * y_step] = x[row * x_step];
    }
}

// Longer columns are not collected.
enum { COLLECTED_LENGTH = 64 };

// Calls a function for all columns of xs [outer, length, inner]; ys is [outer, y_length, inner]. What each block has
// beyond sixteens is collected with that of the next blocks, so that 20 columns cost little more than 16. y_length is at most
// length + 1.
IGR_INLINE void for_columns(columns_function *function, size_t outer, size_t length, size_t inner, const float *xs,
                            float *ys, size_t y_length) {
    float in[COLLECTED_LENGTH * 16] = {0}, out[(COLLECTED_LENGTH + 1) * 16];
    float *places[16];
    size_t collected = 0, width = inner % 4 == 0 ? 4 : 1;
    for (size_t o = 0; o < outer; o++) {
        const float *x = xs + o * length * inner;
        float *y = ys + o * y_length * inner;
        size_t first = 0;
        for (; first + 16 <= inner; first += 16) function(16, length, x + first, inner, y + first, inner);
        if (length > COLLECTED_LENGTH) {
            if (first < inner) function(inner - first, length, x + first, inner, y + first, inner);
            continue;
        }
        for (; first < inner; first += width) {
            copy_columns(width, length, x + first, inner, in + collected, 16);
            places[collected / width] = y + first;
            collected += width;
            if (collected < 16 && (o + 1 < outer || first + width < inner)) continue;
            function(16, length, in, 16, out, 16);
            for (size_t i = 0; i < collected; i += width) {
                copy_columns(width, y_length, out + i, 16, places[i / width], inner);
            }
            collected = 0;
        }
    }
}

// What is left of the stick stays in a register, and is the last row.
IGR_INLINE void stick_breaking_columns(size_t count, size_t length, const float *x, size_t x_step, float *y, size_t y_step) {
    float rest[16];
    for (size_t lane = 0; lane < count; lane++) rest[lane] = 1.0f;
    for (size_t row = 0; row < length; row++) {
        for (size_t lane = 0; lane < count; lane++) {
            float stick = x[row * x_step + lane];
            y[row * y_step + lane] = stick * rest[lane];
            rest[lane] *= 1.0f - stick;
        }
    }
    for (size_t lane = 0; lane < count; lane++) y[length * y_step + lane] = rest[lane];
}

static void loop_log_softmax(size_t outer, size_t length, size_t inner, const float *x, float *y) {
    for_columns(log_softmax_columns, outer, length, inner, x, y, length);
}

static void loop_log_sum_exp(size_t outer, size_t length, size_t inner, const float *x, float *y) {
    for_columns(log_sum_exp_columns, outer, length, inner, x, y, 1);
}

#define ADAM_LEAST 0x1p-100f

static void adam(size_t n, float *w, float *m, float *v, const float *g, float rate, double beta1, double beta2, float epsilon,
                 float m_scale, float v_scale) {
    // Rounded apart: 1 - (float)0.999 is wrong in the fifth digit, and the bias correction would not fit it.
    float b1 = (float)beta1, b2 = (float)beta2, one_minus_b1 = (float)(1 - beta1), one_minus_b2 = (float)(1 - beta2);
    IGR_VECTOR_LOOP for (size_t i = 0; i < n; i++) {
        float gradient = g[i];
        float first = b1 * m[i] + one_minus_b1 * gradient;
        float second = b2 * v[i] + one_minus_b2 * (gradient * gradient);
        // What is so small has stopped to matter. Moments of weights that get no gradient, those of pixels that are never set,
        // would decay into denormal numbers, which take processors a hundred times as long.
        first = __builtin_fabsf(first) < ADAM_LEAST ? 0.0f : first;
        second = second < ADAM_LEAST ? 0.0f : second;
        m[i] = first;
        v[i] = second;
        w[i] -= rate * (first * m_scale) / (__builtin_sqrtf(second * v_scale) + epsilon);
    }
}

// Pieces whose gradients are still in the first-level cache after their squares were summed.
enum { ADAM_PIECE = 4 * IGR_SUM_BLOCK };

static void loop_adam(size_t n, float *w, float *m, float *v, const float *g, float rate, double beta1, double beta2,
                      float epsilon, float m_scale, float v_scale, double *sums) {
    for (size_t i = 0; i < n; i += ADAM_PIECE) {
        size_t count = n - i < ADAM_PIECE ? n - i : ADAM_PIECE;
        loop_sums_of_squares(count, g + i, sums + i / IGR_SUM_BLOCK);
        adam(count, w + i, m + i, v + i, g + i, rate, beta1, beta2, epsilon, m_scale, v_scale);
    }
}

#ifndef IGR_NONZEROS_OF_16
// Writes places and values of those of 16 elements that are not zero, in order; returns how many. May write 16 of each.
IGR_INLINE size_t nonzeros_of_16(const float *x, uint32_t place, uint32_t *places, float *values) {
    size_t count = 0;
    // Written always and kept where it counts: a branch would be mispredicted at every edge of a stroke.
    for (uint32_t i = 0; i < 16; i++) {
        places[count] = place + i;
        values[count] = x[i];
        count += x[i] != 0;
    }
    return count;
}
#endif

static size_t loop_nonzeros(size_t rows, size_t columns, const float *a, size_t limit, uint32_t *starts,
                            uint32_t *places, float *values) {
    size_t count = 0;
    starts[0] = 0;
    for (size_t r = 0; r < rows; r++) {
        const float *row = a + r * columns;
        size_t c = 0;
        for (; c + 16 <= columns; c += 16) {
            count += nonzeros_of_16(row + c, (uint32_t)c, places + count, values + count);
        }
        for (; c < columns; c++) {
            places[count] = (uint32_t)c;
            values[count] = row[c];
            count += row[c] != 0;
        }
        starts[r + 1] = (uint32_t)count;
        if (count > limit) return count;
    }
    return count;
}

enum {
    /// Tiles of 16 columns whose sums go on side by side, because each waits for its last addition.
    SPARSE_TILES = 4,
    /// Rows of w whose columns of these tiles fit into a first-level cache of 32 KiB, with what else passes by.
    SLAB_ROWS = 112,
    /// Rows of the product for which a slab is copied once.
    SLAB_USERS = 512,
    /// Entries for each row of w from which on a copy costs less than it saves.
    SLAB_GAIN = 4,
};

// Where each row of the product has come to in its list of entries, and where its list ends.
struct sparse_lists {
    uint32_t next[SLAB_USERS];
    const uint32_t *ends, *places;
    const float *values;
};

// Adds to columns of y [rows, n] the rows of w from `first` up to `last`; where `first` is 0, there is no sum yet. w begins with
// row `first`, and its rows lie w_step apart. Every sum is in the order of its list, which ascends, wherever slabs end.
IGR_INLINE void sparse_tiles(const size_t tiles, const int are_ones, size_t rows, struct sparse_lists *lists, size_t first,
                             size_t last, const float *w, size_t w_step, size_t n, float *y) {
    for (size_t r = 0; r < rows; r++, y += n) {
        floats16 sums[SPARSE_TILES];
        _Pragma("clang loop unroll(full)") for (size_t tile = 0; tile < tiles; tile++) {
            sums[tile] = first == 0 ? (floats16)0.0f : (floats16)*(const unaligned_floats16 *)(y + 16 * tile);
        }
        uint32_t i = lists->next[r], end = lists->ends[r];
        for (; i < end && lists->places[i] < last; i++) {
            const float *row = w + (lists->places[i] - first) * w_step;
            _Pragma("clang loop unroll(full)") for (size_t tile = 0; tile < tiles; tile++) {
                floats16 terms = *(const unaligned_floats16 *)(row + 16 * tile);
                sums[tile] += are_ones ? terms : lists->values[i] * terms;
            }
        }
        lists->next[r] = i;
        _Pragma("clang loop unroll(full)") for (size_t tile = 0; tile < tiles; tile++) {
            *(unaligned_floats16 *)(y + 16 * tile) = sums[tile];
        }
    }
}

#define IGR_SPARSE_CASE(tiles)                                                            \
    case tiles:                                                                           \
        sparse_tiles(tiles, are_ones, rows, lists, first, last, w, w_step, n, y);         \
        break;
IGR_INLINE void any_sparse_tiles(size_t tiles, const int are_ones, size_t rows, struct sparse_lists *lists, size_t first,
                                 size_t last, const float *w, size_t w_step, size_t n, float *y) {
    switch (tiles) {
        IGR_SPARSE_CASE(1)
        IGR_SPARSE_CASE(2)
        IGR_SPARSE_CASE(3)
        IGR_SPARSE_CASE(4)
        default: __builtin_unreachable();
    }
}
#undef IGR_SPARSE_CASE

// Columns of rows of w, in one run.
IGR_INLINE void copy_slab(size_t rows, size_t columns, const float *w, size_t n, float *slab) {
    for (size_t row = 0; row < rows; row++, w += n, slab += columns) {
        for (size_t j = 0; j < columns; j += 16) {
            if (row + 8 < rows) __builtin_prefetch(w + 8 * n + j);
            *(unaligned_floats16 *)(slab + j) = *(const unaligned_floats16 *)(w + j);
        }
    }
}

// Some columns of at most SLAB_USERS rows of the product. Rows of w that are read again and again are copied into the first-level
// cache, a slab of them at a time: where they lie they would not fit, and share few of its sets.
IGR_INLINE void sparse_columns(const int are_ones, size_t tiles, size_t rows, size_t inner, const uint32_t *starts,
                               struct sparse_lists *lists, const float *w, size_t n, float *y) {
    for (size_t r = 0; r < rows; r++) lists->next[r] = starts[r];
    lists->ends = starts + 1;
    if (inner == 0 || starts[rows] - starts[0] < SLAB_GAIN * inner) {
        any_sparse_tiles(tiles, are_ones, rows, lists, 0, inner, w, n, n, y);
        return;
    }
    float slab[SLAB_ROWS * 16 * SPARSE_TILES] __attribute__((aligned(64)));
    for (size_t first = 0; first < inner; first += SLAB_ROWS) {
        size_t last = inner - first < SLAB_ROWS ? inner : first + SLAB_ROWS;
        copy_slab(last - first, 16 * tiles, w + first * n, n, slab);
        any_sparse_tiles(tiles, are_ones, rows, lists, first, last, slab, 16 * tiles, n, y);
    }
}

// Fewer columns than a tile has.
static void sparse_few_columns(size_t rows, const uint32_t *starts, const uint32_t *places, const float *values, size_t n,
                               size_t first_column, size_t columns, const float *w, float *y) {
    for (size_t r = 0; r < rows; r++) {
        float sums[16] = {0};
        for (uint32_t i = starts[r]; i < starts[r + 1]; i++) {
            const float *row = w + (size_t)places[i] * n + first_column;
            for (size_t c = 0; c < columns; c++) sums[c] += values == NULL ? row[c] : values[i] * row[c];
        }
        for (size_t c = 0; c < columns; c++) y[r * n + first_column + c] = sums[c];
    }
}

static void loop_sparse_product(size_t rows, size_t inner, const uint32_t *starts, const uint32_t *places,
                                const float *values, size_t n, size_t first_column, size_t last_column, const float *w,
                                float *y) {
    size_t columns = last_column - first_column;
    if (columns < 16) {
        sparse_few_columns(rows, starts, places, values, n, first_column, columns, w, y);
        return;
    }
    struct sparse_lists lists = {.places = places, .values = values};
    for (size_t row = 0; row < rows; row += SLAB_USERS) {
        size_t count = rows - row < SLAB_USERS ? rows - row : SLAB_USERS;
        // The last tiles reach back over columns that are done already, which gives the same numbers again.
        for (size_t column = first_column, tiles; column < last_column; column += 16 * tiles) {
            tiles = (last_column - column + 15) / 16;
            if (tiles > SPARSE_TILES) tiles = SPARSE_TILES;
            if (tiles > columns / 16) tiles = columns / 16;
            size_t first = column + 16 * tiles <= last_column ? column : last_column - 16 * tiles;
            float *to = y + row * n + first;
            if (values == NULL) {
                sparse_columns(1, tiles, count, inner, starts + row, &lists, w + first, n, to);
            } else {
                sparse_columns(0, tiles, count, inner, starts + row, &lists, w + first, n, to);
            }
        }
    }
}

static void loop_stick_breaking(size_t outer, size_t sticks, size_t inner, const float *eta, float *y) {
    for_columns(stick_breaking_columns, outer, sticks, inner, eta, y, sticks + 1);
}

// The first of 16 columns, of which the last reach back over some that are done already, which gives the same numbers again.
IGR_INLINE size_t first_of_16(size_t first, size_t columns) { return first + 16 <= columns ? first : columns - 16; }

// Of 16 or fewer neighbouring columns.
IGR_INLINE void stick_breaking_gradient(size_t columns, size_t sticks, size_t inner, const float *restrict eta,
                                        const float *restrict g, float *restrict y) {
    float running[16];
    for (size_t i = 0; i < columns; i++) running[i] = 1.0f;
    for (size_t k = 0; k < sticks; k++) {
        for (size_t i = 0; i < columns; i++) {
            y[k * inner + i] = running[i];
            running[i] *= 1.0f - eta[k * inner + i];
        }
    }
    for (size_t i = 0; i < columns; i++) running[i] = g[sticks * inner + i];
    for (size_t k = sticks; k-- > 0;) {
        for (size_t i = 0; i < columns; i++) {
            float stick = eta[k * inner + i], slope = g[k * inner + i];
            y[k * inner + i] *= slope - running[i];
            running[i] = slope * stick + running[i] * (1.0f - stick);
        }
    }
}

static void loop_stick_breaking_gradient(size_t outer, size_t sticks, size_t inner, const float *eta, const float *g,
                                         float *y) {
    for (size_t o = 0; o < outer; o++, eta += sticks * inner, g += (sticks + 1) * inner, y += sticks * inner) {
        if (inner < 16) stick_breaking_gradient(inner, sticks, inner, eta, g, y);
        for (size_t next = 0; inner >= 16 && next < inner; next += 16) {
            size_t first = first_of_16(next, inner);
            stick_breaking_gradient(16, sticks, inner, eta + first, g + first, y + first);
        }
    }
}

// Of 16 or fewer neighbouring columns.
IGR_INLINE void rows_within(size_t columns, size_t rows, size_t inner, double bound, const float *restrict x,
                            float *restrict counts) {
    double sums[16];
    float within[16];
    for (size_t i = 0; i < columns; i++) {
        sums[i] = 0;
        within[i] = 1.0f;
        counts[i] = 0.0f;
    }
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = 0; i < columns; i++) {
            sums[i] += (double)x[row * inner + i];
            within[i] = sums[i] <= bound ? within[i] : 0.0f;
            counts[i] += within[i];
        }
    }
}

static void loop_rows_within(size_t outer, size_t rows, size_t inner, double bound, const float *x, float *counts) {
    for (size_t o = 0; o < outer; o++, x += rows * inner, counts += inner) {
        if (inner < 16) rows_within(inner, rows, inner, bound, x, counts);
        for (size_t next = 0; inner >= 16 && next < inner; next += 16) {
            size_t first = first_of_16(next, inner);
            rows_within(16, rows, inner, bound, x + first, counts + first);
        }
    }
}

IGR_INLINE float bounded_f32(float x, float farthest) {
    x = x > farthest ? farthest : x;
    return x < -farthest ? -farthest : x;
}

static void loop_gaussian_masses(size_t sticks, size_t n, const float *nodes, const float *weights, const float *mu,
                                 const float *sigma, float farthest, float *z, float *log_cdf, float *log_product, float *mass) {
    const float inverse_root_two_pi = 0x1.988454p-2f;
    size_t count = sticks * n;
    for (size_t k = 0; k < sticks; k++) {
        float scale = 1.0f / sigma[k], offset = -mu[k] * scale, *row = z + k * n;
        IGR_VECTOR_LOOP for (size_t i = 0; i < n; i++) row[i] = bounded_f32(scale * nodes[i] + offset, farthest);
        z[count + k] = bounded_f32(-mu[k] / sigma[k], farthest);
    }
    // Two whole vectors at a time, as log Phi takes them: what is left is done element by element.
    size_t whole = (count + sticks + 31) / 32 * 32;
    for (size_t i = count + sticks; i < whole; i++) z[i] = 0.0f;
    loop_log_normal_cdf(whole, z, log_cdf);
    for (size_t i = 0; i < n; i++) log_product[i] = 0.0f;
    for (size_t k = 0; k < sticks; k++) {
        IGR_VECTOR_LOOP for (size_t i = 0; i < n; i++) log_product[i] += log_cdf[k * n + i];
    }
    // The logarithm, up to the factor 1 / (sigma sqrt(2 pi)) that is multiplied in afterwards.
    for (size_t k = 0; k < sticks; k++) {
        const float *x = z + k * n, *own = log_cdf + k * n;
        float *row = mass + k * n;
        IGR_VECTOR_LOOP for (size_t i = 0; i < n; i++) row[i] = -0.5f * (x[i] * x[i]) - own[i] + log_product[i];
    }
    whole = (count + 31) / 32 * 32;
    for (size_t i = count; i < whole; i++) mass[i] = 0.0f;
    loop_exp(whole, mass, mass);
    for (size_t k = 0; k < sticks; k++) {
        float scale = inverse_root_two_pi / sigma[k], *row = mass + k * n;
        IGR_VECTOR_LOOP for (size_t i = 0; i < n; i++) row[i] = scale * (row[i] * weights[i]);
    }
}

// Columns whose sums go on side by side, because each waits for its last addition.
enum { SLOPE_SUMS = 16 };

static void loop_gaussian_mass_slopes(size_t sticks, size_t n, const float *sigma, const float *z, const float *log_cdf,
                                      const float *mass, const float *g, float last_term, size_t step, float *scratch,
                                      float *mu_slopes, float *sigma_slopes) {
    const float half_log_two_pi = 0x1.d67f1cp-1f;
    size_t count = sticks * n, whole = (count + sticks + 31) / 32 * 32;
    float *hazards = scratch, *sigma_terms = hazards + whole, *total = sigma_terms + count;
    for (size_t i = 0; i < n; i++) total[i] = 0.0f;
    for (size_t k = 0; k < sticks; k++) {
        const float *row = mass + k * n;
        float slope = g[k * step];
        IGR_VECTOR_LOOP for (size_t i = 0; i < n; i++) total[i] += slope * row[i];
    }
    // The hazard phi / Phi, also at zero.
    IGR_VECTOR_LOOP for (size_t i = 0; i < count + sticks; i++) {
        hazards[i] = -z[i] * z[i] / 2.0f - half_log_two_pi - log_cdf[i];
    }
    for (size_t i = count + sticks; i < whole; i++) hazards[i] = 0.0f;
    loop_exp(whole, hazards, hazards);
    // Own factor N: d log N / d mu = z / sigma, d log N / d sigma = (z^2 - 1) / sigma. Factors Phi of the others: -h / sigma and
    // -z h / sigma. The terms of mu's sum take the places of the hazards.
    for (size_t k = 0; k < sticks; k++) {
        const float *x = z + k * n, *row = mass + k * n;
        float *hazard = hazards + k * n, *terms = sigma_terms + k * n, slope = g[k * step];
        IGR_VECTOR_LOOP for (size_t i = 0; i < n; i++) {
            float own = slope * row[i];
            float others = (total[i] - own) * hazard[i];
            hazard[i] = own * x[i] - others;
            terms[i] = own * (x[i] * x[i] - 1.0f) - others * x[i];
        }
    }
    for (size_t first = 0; first < sticks; first += SLOPE_SUMS) {
        size_t sums = sticks - first < SLOPE_SUMS ? sticks - first : SLOPE_SUMS;
        float of_mu[SLOPE_SUMS] = {0}, of_sigma[SLOPE_SUMS] = {0};
        for (size_t i = 0; i < n; i++) {
            for (size_t k = 0; k < sums; k++) {
                of_mu[k] += hazards[(first + k) * n + i];
                of_sigma[k] += sigma_terms[(first + k) * n + i];
            }
        }
        for (size_t k = 0; k < sums; k++) {
            size_t stick = first + k;
            float last = last_term * hazards[count + stick];
            mu_slopes[stick * step] = (of_mu[k] - last) / sigma[stick];
            sigma_slopes[stick * step] = (of_sigma[k] - last * z[count + stick]) / sigma[stick];
        }
    }
}

IGR_DEFINE_GATHER(loop_gather, float)
IGR_DEFINE_SCATTER(loop_scatter, float)

// Eight blocks of Philox 4x32-10 side by side. Each word is the lower half of 64 bits, which is what processors multiply to 64
// bits; what is above it means nothing.
struct philox_words {
    pairs8 c0, c1, c2, c3;
};

IGR_INLINE void philox_round(struct philox_words *words, uint32_t k0, uint32_t k1) {
    pairs8 product0 = (words->c0 & 0xffffffffu) * 0xD2511F53u, product1 = (words->c2 & 0xffffffffu) * 0xCD9E8D57u;
    words->c0 = product1 >> 32 ^ words->c1 ^ k0;
    words->c1 = product1;
    words->c2 = product0 >> 32 ^ words->c3 ^ k1;
    words->c3 = product0;
}

IGR_INLINE void store_philox(struct philox_words words, uint32_t out[32]) {
    pairs8 front = (words.c0 & 0xffffffffu) | words.c1 << 32, back = (words.c2 & 0xffffffffu) | words.c3 << 32;
    *(unaligned_pairs8 *)out = __builtin_shufflevector(front, back, 0, 8, 1, 9, 2, 10, 3, 11);
    *(unaligned_pairs8 *)(out + 16) = __builtin_shufflevector(front, back, 4, 12, 5, 13, 6, 14, 7, 15);
}

// 16 blocks, 64 words.
static void philox_16_blocks(uint64_t first_block, uint64_t step, const uint32_t key[2], uint32_t out[64]) {
    pairs8 first = (pairs8){0, 1, 2, 3, 4, 5, 6, 7} + first_block, second = first + 8;
    struct philox_words a = {first, first >> 32, step, step >> 32}, b = {second, second >> 32, step, step >> 32};
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        philox_round(&a, k0, k1);
        philox_round(&b, k0, k1);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    store_philox(a, out);
    store_philox(b, out + 32);
}

static void loop_random_words(size_t n, uint64_t first_block, uint64_t step, const uint32_t key[2], uint32_t *out) {
    size_t i = 0;
    for (; i + 64 <= n; i += 64) philox_16_blocks(first_block + i / 4, step, key, out + i);
    if (i < n) {
        uint32_t words[64];
        philox_16_blocks(first_block + i / 4, step, key, words);
        __builtin_memcpy(out + i, words, (n - i) * sizeof *out);
    }
}

#define IGR_NOISE(name, expression)                                                                 \
    static void name(size_t first, size_t n, uint64_t step, const uint32_t key[2], float *out) {    \
        uint32_t words[IGR_NOISE_PIECE];                                                            \
        for (size_t start = 0; start < n; start += IGR_NOISE_PIECE) {                               \
            size_t count = n - start < IGR_NOISE_PIECE ? n - start : IGR_NOISE_PIECE;               \
            loop_random_words(count, (first + start) / 4, step, key, words);                        \
            float *piece = out + start;                                                             \
            IGR_VECTOR_LOOP_BY_TWO for (size_t i = 0; i < count; i++) piece[i] = expression(words[i]); \
        }                                                                                           \
    }

IGR_NOISE(loop_uniform, uniform_of_word)
IGR_NOISE(loop_gumbel, gumbel_of_word)
IGR_NOISE(loop_logistic, logistic_of_word)

static void loop_normal(size_t first, size_t n, uint64_t step, const uint32_t key[2], float *out) {
    uint32_t words[IGR_NOISE_PIECE];
    float values[IGR_NOISE_PIECE];
    for (size_t start = 0; start < n; start += IGR_NOISE_PIECE) {
        size_t count = n - start < IGR_NOISE_PIECE ? n - start : IGR_NOISE_PIECE;
        size_t pairs = (count + 1) / 2;
        loop_random_words(2 * pairs, (first + start) / 4, step, key, words);
        IGR_VECTOR_LOOP for (size_t i = 0; i < pairs; i++) {
            float radius = __builtin_sqrtf(-2.0f * log_normal_range(uniform_of_word(words[2 * i])));
            struct turn angle = turn_of(uniform_of_word(words[2 * i + 1]));
            values[2 * i] = radius * angle.cosine;
            values[2 * i + 1] = radius * angle.sine;
        }
        __builtin_memcpy(out + start, values, count * sizeof *out);
    }
}

#ifdef IGR_PANEL
#include "products.h"
#endif

const struct igr_target IGR_TARGET_TABLE = {
    .name = IGR_TARGET_NAME,
    .unary = {[IGR_NEGATE] = loop_negate,
              [IGR_EXP] = loop_exp,
              [IGR_LOG] = loop_log,
              [IGR_LOG1P] = loop_log1p,
              [IGR_LOG1MEXP] = loop_log1mexp,
              [IGR_TANH] = loop_tanh,
              [IGR_SIGMOID] = loop_sigmoid,
              [IGR_SOFTPLUS] = loop_softplus,
              [IGR_RELU] = loop_relu,
              [IGR_STEP] = loop_step,
              [IGR_ELU] = loop_elu,
              [IGR_ELU_SLOPE] = loop_elu_slope,
              [IGR_SQUARE] = loop_square,
              [IGR_SQRT] = loop_sqrt,
              [IGR_RECIPROCAL] = loop_reciprocal,
              [IGR_LOG_NORMAL_CDF] = loop_log_normal_cdf},
    .binary = {[IGR_ADD] = loop_add,
               [IGR_SUBTRACT] = loop_subtract,
               [IGR_MULTIPLY] = loop_multiply,
               [IGR_DIVIDE] = loop_divide,
               [IGR_MAXIMUM] = loop_maximum,
               [IGR_ADD_RELU] = loop_add_relu,
               [IGR_GATE] = loop_gate},
    .affine = loop_affine,
    .sum = loop_sum,
    .bernoulli = loop_bernoulli,
    .sum_rows = loop_sum_rows,
    .repeat = loop_repeat,
    .sums_of_squares = loop_sums_of_squares,
    .max = loop_max,
    .one_hot = loop_one_hot,
    .winners = loop_winners,
    .log_softmax = loop_log_softmax,
    .log_sum_exp = loop_log_sum_exp,
    .stick_breaking = loop_stick_breaking,
    .stick_breaking_gradient = loop_stick_breaking_gradient,
    .rows_within = loop_rows_within,
    .gaussian_masses = loop_gaussian_masses,
    .gaussian_mass_slopes = loop_gaussian_mass_slopes,
    .adam = loop_adam,
    .nonzeros = loop_nonzeros,
    .sparse_product = loop_sparse_product,
#ifdef IGR_PANEL
    .product = product_part,
#endif
    .gather = loop_gather,
    .scatter = loop_scatter,
    .random_words = loop_random_words,
    .uniform = loop_uniform,
    .normal = loop_normal,
    .gumbel = loop_gumbel,
    .logistic = loop_logistic,
};
