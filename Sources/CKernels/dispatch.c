// The choice of the target, and the doors of kernels.h that lead to it.
#include "target.h"

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
    if (target == &igr_target_avx2) return __builtin_cpu_supports("avx2");
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

void igr_adam_f32(size_t n, float *w, float *m, float *v, const float *g, float rate, double b1, double b2,
                  float epsilon, float m_scale, float v_scale) {
    target()->adam(n, w, m, v, g, rate, b1, b2, epsilon, m_scale, v_scale);
}

size_t igr_nonzeros_f32(size_t rows, size_t columns, const float *a, size_t limit, uint32_t *starts, uint32_t *places,
                        float *values) {
    return target()->nonzeros(rows, columns, a, limit, starts, places, values);
}

void igr_sparse_product_f32(size_t rows, size_t inner, const uint32_t *starts, const uint32_t *places,
                            const float *values, size_t n, const float *w, float *y) {
    target()->sparse_product(rows, inner, starts, places, values, n, w, y);
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
