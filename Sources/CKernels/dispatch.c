// The choice of the target, and the doors of kernels.h that lead to it.
#include "target.h"
#include "team.h"

#include <stdlib.h>
#include <string.h>

// Widest first.
static const struct igr_target *const targets[] = {
#if defined(__x86_64__)
    &igr_target_avx512,
    &igr_target_avx2,
#endif
    &igr_target_baseline,
};
enum { TARGET_COUNT = sizeof targets / sizeof targets[0] };

static int is_supported(const struct igr_target *target) {
#if defined(__x86_64__)
    if (target == &igr_target_avx512) {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
               && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
    }
    if (target == &igr_target_avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
    (void)target;
    return 1;
}

// The widest supported target from `first` on.
static const struct igr_target *widest(size_t first) {
    for (size_t i = first; i < TARGET_COUNT; i++) {
        if (is_supported(targets[i])) return targets[i];
    }
    return &igr_target_baseline;
}

static size_t index_of(const char *name) {
    size_t i = 0;
    while (i < TARGET_COUNT && strcmp(targets[i]->name, name) != 0) i++;
    return i;
}

// Threads that meet here at first use find the same answer, so the race is harmless.
static _Atomic(const struct igr_target *) chosen;

static const struct igr_target *target(void) {
    const struct igr_target *current = __c11_atomic_load(&chosen, __ATOMIC_ACQUIRE);
    if (current != NULL) return current;
    const char *limit = getenv("IGR_CPU_TARGET");
    size_t first = limit != NULL ? index_of(limit) : 0;
    current = widest(first < TARGET_COUNT ? first : 0);
    __c11_atomic_store(&chosen, current, __ATOMIC_RELEASE);
    return current;
}

const char *igr_kernel_target(void) { return target()->name; }

int igr_limit_kernel_target(const char *name) {
    size_t index = index_of(name);
    if (index == TARGET_COUNT || !is_supported(targets[index])) return -1;
    __c11_atomic_store(&chosen, targets[index], __ATOMIC_RELEASE);
    return 0;
}

void igr_unary_f32(igr_unary_op op, size_t n, const float *x, float *y) { target()->unary[op](n, x, y); }

void igr_binary_f32(igr_binary_op op, size_t n, const float *a, size_t a_step, const float *b, size_t b_step,
                    float *out) {
    target()->binary[op](n, a, a_step, b, b_step, out);
}

void igr_affine_f32(size_t n, float a, float b, const float *x, float *y) { target()->affine(n, a, b, x, y); }

double igr_sum_f32(size_t n, const float *x) { return target()->sum(n, x); }

double igr_bernoulli_f32(size_t n, const float *x, const float *logits) { return target()->bernoulli(n, x, logits); }

void igr_sum_rows_f32(size_t rows, size_t columns, const float *x, float *y) {
    target()->sum_rows(rows, columns, x, y);
}

double igr_sum_of_squares_f32(size_t n, const float *x) { return target()->sum_of_squares(n, x); }

float igr_max_f32(size_t n, const float *x) { return target()->max(n, x); }
void igr_one_hot_f32(size_t outer, size_t length, size_t inner, const float *x, float *y) {
    target()->one_hot(outer, length, inner, x, y);
}

void igr_winners_f32(size_t n, float k, const float *x, float *best, float *winners) {
    target()->winners(n, k, x, best, winners);
}

void igr_log_softmax_f32(size_t outer, size_t length, size_t inner, const float *x, float *y) {
    target()->log_softmax(outer, length, inner, x, y);
}

void igr_log_sum_exp_f32(size_t outer, size_t length, size_t inner, const float *x, float *y) {
    target()->log_sum_exp(outer, length, inner, x, y);
}

// From the part's first to its last of n things in parts whose borders are multiples of 16: cache lines have one writer.
static void bounds_of(size_t part, size_t parts, size_t n, size_t *first, size_t *last) {
    size_t sixteens = (n + 15) / 16;
    *first = sixteens * part / parts * 16;
    *last = sixteens * (part + 1) / parts * 16;
    if (*first > n) *first = n;
    if (*last > n) *last = n;
}

// Smaller work is done before another thread would begin.
static size_t parts_of(size_t operations) { return operations < 1 << 17 ? 1 : igr_threads(); }

struct adam {
    size_t n;
    float *w, *m, *v;
    const float *g;
    float rate;
    double b1, b2;
    float epsilon, m_scale, v_scale;
};

static void adam_part(const void *context, size_t part, size_t parts) {
    const struct adam *a = context;
    size_t first, last;
    bounds_of(part, parts, a->n, &first, &last);
    target()->adam(last - first, a->w + first, a->m + first, a->v + first, a->g + first, a->rate, a->b1, a->b2, a->epsilon,
                   a->m_scale, a->v_scale);
}

void igr_adam_f32(size_t n, float *w, float *m, float *v, const float *g, float rate, double b1, double b2,
                  float epsilon, float m_scale, float v_scale) {
    struct adam adam = {n, w, m, v, g, rate, b1, b2, epsilon, m_scale, v_scale};
    igr_run_parts(parts_of(8 * n), adam_part, &adam);
}

size_t igr_nonzeros_f32(size_t rows, size_t columns, const float *a, size_t limit, uint32_t *starts, uint32_t *places,
                        float *values) {
    return target()->nonzeros(rows, columns, a, limit, starts, places, values);
}

struct sparse_product {
    size_t rows, inner;
    const uint32_t *starts, *places;
    const float *values;
    size_t n;
    const float *w;
    float *y;
};

static void sparse_product_part(const void *context, size_t part, size_t parts) {
    const struct sparse_product *s = context;
    size_t first = s->rows * part / parts, last = s->rows * (part + 1) / parts;
    target()->sparse_product(last - first, s->inner, s->starts + first, s->places, s->values, s->n, s->w,
                             s->y + first * s->n);
}

void igr_sparse_product_f32(size_t rows, size_t inner, const uint32_t *starts, const uint32_t *places,
                            const float *values, size_t n, const float *w, float *y) {
    struct sparse_product product = {rows, inner, starts, places, values, n, w, y};
    igr_run_parts(parts_of(2 * starts[rows] * n), sparse_product_part, &product);
}

// Parts are strips of the longer side of c, so that each thread copies only its share of one factor.
static void product_part(const void *context, size_t part, size_t parts) {
    const struct igr_product *product = context;
    struct igr_part whole = {0, product->m, 0, product->n};
    if (product->m > product->n) {
        bounds_of(part, parts, product->m, &whole.first_row, &whole.last_row);
    } else {
        bounds_of(part, parts, product->n, &whole.first_column, &whole.last_column);
    }
    float *scratch = igr_scratch(IGR_PRODUCT_SCRATCH);
    target()->product(product, whole, scratch);
}

int igr_has_product(void) { return target()->product != NULL; }

int igr_product_f32(int is_a_transposed, int is_b_transposed, size_t m, size_t n, size_t k, const float *a, const float *b,
                    float *c, int is_adding) {
    if (target()->product == NULL || k == 0) return 0;
    struct igr_product product = {is_a_transposed, is_b_transposed, is_adding, m, n, k, a, b, c};
    igr_run_parts(parts_of(2 * m * n * k), product_part, &product);
    return 1;
}

void igr_gather_f32(const igr_windows *w, size_t line0, size_t count, const float *images, float *patches) {
    target()->gather(w, line0, count, images, patches);
}

void igr_scatter_f32(const igr_windows *w, size_t line0, size_t count, const float *patches, float *images) {
    target()->scatter(w, line0, count, patches, images);
}

void igr_random_words(size_t n, uint64_t first_block, uint64_t step, const uint32_t key[2], uint32_t *out) {
    target()->random_words(n, first_block, step, key, out);
}

void igr_uniform_f32(size_t n, uint64_t step, const uint32_t key[2], float *out) {
    target()->uniform(n, step, key, out);
}

void igr_normal_f32(size_t n, uint64_t step, const uint32_t key[2], float *out) {
    target()->normal(n, step, key, out);
}

void igr_gumbel_f32(size_t n, uint64_t step, const uint32_t key[2], float *out) {
    target()->gumbel(n, step, key, out);
}

void igr_logistic_f32(size_t n, uint64_t step, const uint32_t key[2], float *out) {
    target()->logistic(n, step, key, out);
}
