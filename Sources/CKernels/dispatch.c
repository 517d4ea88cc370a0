// The choice of the target, and the doors of kernels.h that lead to it by one thread; the others: shared.c.
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

const struct igr_target *igr_target(void) {
    const struct igr_target *current = __c11_atomic_load(&chosen, __ATOMIC_ACQUIRE);
    if (current != NULL) return current;
    const char *limit = getenv("IGR_CPU_TARGET");
    size_t first = limit != NULL ? index_of(limit) : 0;
    current = widest(first < TARGET_COUNT ? first : 0);
    __c11_atomic_store(&chosen, current, __ATOMIC_RELEASE);
    return current;
}

const char *igr_kernel_target(void) { return igr_target()->name; }

int igr_limit_kernel_target(const char *name) {
    size_t index = index_of(name);
    if (index == TARGET_COUNT || !is_supported(targets[index])) return -1;
    __c11_atomic_store(&chosen, targets[index], __ATOMIC_RELEASE);
    return 0;
}

double igr_sum_f32(size_t n, const float *x) { return igr_target()->sum(n, x); }

void igr_sum_rows_f32(size_t outer, size_t rows, size_t columns, const float *x, float *y) {
    igr_target()->sum_rows(outer, rows, columns, x, y);
}

void igr_repeat_f32(size_t n, size_t times, const float *x, float *y) { igr_target()->repeat(n, times, x, y); }

void igr_stick_breaking_f32(size_t outer, size_t sticks, size_t inner, const float *eta, float *y) {
    igr_target()->stick_breaking(outer, sticks, inner, eta, y);
}

void igr_stick_breaking_gradient_f32(size_t outer, size_t sticks, size_t inner, const float *eta, const float *g, float *y) {
    igr_target()->stick_breaking_gradient(outer, sticks, inner, eta, g, y);
}

void igr_rows_within_f32(size_t outer, size_t rows, size_t inner, double bound, const float *x, float *counts) {
    igr_target()->rows_within(outer, rows, inner, bound, x, counts);
}

float igr_max_f32(size_t n, const float *x) { return igr_target()->max(n, x); }

void igr_one_hot_f32(size_t outer, size_t length, size_t inner, const float *x, float *y) {
    igr_target()->one_hot(outer, length, inner, x, y);
}

void igr_winners_f32(size_t n, float k, const float *x, float *best, float *winners) {
    igr_target()->winners(n, k, x, best, winners);
}

void igr_gaussian_masses_f32(size_t sticks, size_t n, const float *nodes, const float *weights, const float *mu,
                             const float *sigma, float farthest, float *z, float *log_cdf, float *log_product, float *mass) {
    igr_target()->gaussian_masses(sticks, n, nodes, weights, mu, sigma, farthest, z, log_cdf, log_product, mass);
}

void igr_gaussian_mass_slopes_f32(size_t sticks, size_t n, const float *sigma, const float *z, const float *log_cdf,
                                  const float *mass, const float *g, float last_term, size_t step, float *scratch,
                                  float *mu_slopes, float *sigma_slopes) {
    igr_target()->gaussian_mass_slopes(sticks, n, sigma, z, log_cdf, mass, g, last_term, step, scratch, mu_slopes, sigma_slopes);
}

size_t igr_nonzeros_f32(size_t rows, size_t columns, const float *a, size_t limit, uint32_t *starts, uint32_t *places,
                        float *values) {
    return igr_target()->nonzeros(rows, columns, a, limit, starts, places, values);
}

void igr_random_words(size_t n, uint64_t first_block, uint64_t step, const uint32_t key[2], uint32_t *out) {
    igr_target()->random_words(n, first_block, step, key, out);
}
