/// What every target provides: one table of loops, built from loops.h.
#ifndef IGR_TARGET_H
#define IGR_TARGET_H

#include "kernels.h"
#include "product.h"

enum {
    /// Elements that a sum adds in one precision before it goes on in double: at most 32 in one lane, whose rounding errors then
    /// stay below 1e-6 of a sum of one sign.
    IGR_SUM_BLOCK = 512,
    /// Noise is made in pieces whose words stay in the first-level cache; a multiple of 64 words.
    IGR_NOISE_PIECE = 1024,
};

enum { IGR_UNARY_COUNT = IGR_LOG_NORMAL_CDF + 1, IGR_BINARY_COUNT = IGR_GATE + 1 };

typedef void igr_unary_loop(size_t n, const float *x, float *y);
typedef void igr_binary_loop(size_t n, const float *a, size_t a_step, const float *b, size_t b_step, float *out);
/// Elements first up to first + n of a step's noise; first is a multiple of IGR_NOISE_PIECE.
typedef void igr_noise_loop(size_t first, size_t n, uint64_t step, const uint32_t key[2], float *out);

struct igr_target {
    const char *name;
    igr_unary_loop *unary[IGR_UNARY_COUNT];
    igr_binary_loop *binary[IGR_BINARY_COUNT];
    void (*affine)(size_t n, float a, float b, const float *x, float *y);
    double (*sum)(size_t n, const float *x);
    double (*bernoulli)(size_t n, const float *x, const float *logits, float *sigmoids);
    void (*sum_rows)(size_t outer, size_t rows, size_t columns, const float *x, float *y);
    void (*repeat)(size_t n, size_t times, const float *x, float *y);
    // One sum for each IGR_SUM_BLOCK of elements.
    void (*sums_of_squares)(size_t n, const float *x, double *sums);
    float (*max)(size_t n, const float *x);
    void (*one_hot)(size_t outer, size_t length, size_t inner, const float *x, float *y);
    void (*winners)(size_t n, float k, const float *x, float *best, float *winners);
    void (*log_softmax)(size_t outer, size_t length, size_t inner, const float *x, float *y);
    void (*log_sum_exp)(size_t outer, size_t length, size_t inner, const float *x, float *y);
    void (*stick_breaking)(size_t outer, size_t sticks, size_t inner, const float *eta, float *y);
    void (*stick_breaking_gradient)(size_t outer, size_t sticks, size_t inner, const float *eta, const float *g, float *y);
    void (*rows_within)(size_t outer, size_t rows, size_t inner, double bound, const float *x, float *counts);
    void (*gaussian_masses)(size_t sticks, size_t n, const float *nodes, const float *weights, const float *mu, const float *sigma,
                            float farthest, float *z, float *log_cdf, float *log_product, float *mass);
    void (*gaussian_mass_slopes)(size_t sticks, size_t n, const float *sigma, const float *z, const float *log_cdf,
                                 const float *mass, const float *g, float last_term, size_t step, float *scratch,
                                 float *mu_slopes, float *sigma_slopes);
    void (*adam)(size_t n, float *w, float *m, float *v, const float *g, float rate, double b1, double b2,
                 float epsilon, float m_scale, float v_scale, double *sums_of_squares);
    size_t (*nonzeros)(size_t rows, size_t columns, const float *a, size_t limit, uint32_t *starts, uint32_t *places,
                       float *values);
    void (*sparse_product)(size_t rows, size_t inner, const uint32_t *starts, const uint32_t *places,
                           const float *values, size_t n, size_t first_column, size_t last_column, const float *w,
                           float *y);
    // NULL where a library's products are taken.
    void (*product)(const struct igr_product *product, struct igr_part part, float *scratch);
    void (*gather)(const igr_windows *w, size_t line0, size_t count, const float *images, float *patches);
    void (*scatter)(const igr_windows *w, size_t line0, size_t count, const float *patches, float *images);
    void (*random_words)(size_t n, uint64_t first_block, uint64_t step, const uint32_t key[2], uint32_t *out);
    igr_noise_loop *uniform, *normal, *gumbel, *logistic;
};

/// The chosen target.
const struct igr_target *igr_target(void);

extern const struct igr_target igr_target_baseline;
#if defined(__x86_64__)
extern const struct igr_target igr_target_avx2;
extern const struct igr_target igr_target_avx512;
#endif

#endif
