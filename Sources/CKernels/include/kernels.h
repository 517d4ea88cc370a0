/// Vectorised loops over contiguous memory. No policy, no allocation, no libm in the Float32 kernels.
///
/// Swift cannot choose CPU features per function, so each loop is compiled for several targets (x86-64:
/// SSE2, AVX2, AVX-512; arm64: NEON) and chosen once at run time. Contraction to fused multiply-add is off and
/// sums have a fixed order, so that every target gives the same numbers, bit for bit.
#ifndef IGR_KERNELS_H
#define IGR_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Asks for memory that will be read soon; returns at once.
static inline void igr_prefetch(const void *from, size_t bytes) {
    for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch((const char *)from + i);
    __builtin_prefetch((const char *)from + bytes - 1);
}

/// Elementwise functions of one argument.
typedef enum {
    IGR_NEGATE = 0,
    IGR_EXP,
    IGR_LOG,
    IGR_LOG1P,
    IGR_LOG1MEXP,   // log(1 - exp x), x <= 0
    IGR_TANH,
    IGR_SIGMOID,
    IGR_SOFTPLUS,   // log(1 + exp x), stable
    IGR_RELU,
    IGR_STEP,       // 1 where x > 0, else 0: the derivative of relu
    IGR_ELU,        // x where x > 0, else exp x - 1
    IGR_ELU_SLOPE,  // 1 where x > 0, else exp x: the derivative of elu
    IGR_SQUARE,
    IGR_SQRT,
    IGR_RECIPROCAL,
    IGR_LOG_NORMAL_CDF,  // log of the standard normal distribution function, relative error near 1e-6 in both tails
} igr_unary_op;

/// Elementwise functions of two arguments.
typedef enum {
    IGR_ADD = 0,
    IGR_SUBTRACT,
    IGR_MULTIPLY,
    IGR_DIVIDE,
    IGR_MAXIMUM,
    IGR_ADD_RELU,  // a + b where that is positive, else 0
    IGR_GATE,      // a where b > 0, else 0: the derivative of relu with respect to its input, times a
} igr_binary_op;

/// y[i] = op(x[i]), i < n. x and y may be the same array.
void igr_unary_f32(igr_unary_op op, size_t n, const float *x, float *y);
void igr_unary_f64(igr_unary_op op, size_t n, const double *x, double *y);

/// out[i] = op(a[i * a_step], b[i * b_step]), i < n, steps 0 or 1. out may be a or b where its step is 1.
void igr_binary_f32(igr_binary_op op, size_t n, const float *a, size_t a_step, const float *b, size_t b_step,
                    float *out);
void igr_binary_f64(igr_binary_op op, size_t n, const double *a, size_t a_step, const double *b, size_t b_step,
                    double *out);

/// y[i] = a * x[i] + b. x and y may be the same array.
void igr_affine_f32(size_t n, float a, float b, const float *x, float *y);
void igr_affine_f64(size_t n, double a, double b, const double *x, double *y);

/// Sum of x[0..n) in a fixed order that no CPU feature changes (16 partial sums in the array's precision over
/// blocks of 512 elements, blocks added in double). Good to 1e-6 relative for values of one sign.
double igr_sum_f32(size_t n, const float *x);
double igr_sum_f64(size_t n, const double *x);

/// y[r] = sum of x l - softplus(l) over row r of logits [rows, n] in a fixed order: log-likelihood of row r / samples of x
/// [rows / samples, n] under Bernoulli distributions with logits l. Good to 1e-6 relative where x is 0 or 1, however small the
/// sum, before it is rounded to y. `sigmoids`, if not NULL, gets the sigmoids of the logits, and may be the logits' memory.
void igr_bernoulli_f32(size_t rows, size_t samples, size_t n, const float *x, const float *logits, float *y,
                       float *sigmoids);
void igr_bernoulli_f64(size_t rows, size_t samples, size_t n, const double *x, const double *logits, double *y,
                       double *sigmoids);

/// Over the middle axis of x [outer, rows, columns]: y [outer, columns] is the sum, row after row in double, rounded once. x and
/// y do not overlap.
void igr_sum_rows_f32(size_t outer, size_t rows, size_t columns, const float *x, float *y);
void igr_sum_rows_f64(size_t outer, size_t rows, size_t columns, const double *x, double *y);

/// y [times, n]: each row is x. x and y do not overlap.
void igr_repeat_f32(size_t n, size_t times, const float *x, float *y);
void igr_repeat_f64(size_t n, size_t times, const double *x, double *y);

/// Sum of squares, same order rule, products in double.
double igr_sum_of_squares_f32(size_t n, const float *x);

/// Largest element; n >= 1.
float igr_max_f32(size_t n, const float *x);
double igr_max_f64(size_t n, const double *x);

/// Over the middle axis of x [outer, length, inner], length >= 1: y = x - log sum exp x, shifted by the maximum; x may be y.
void igr_log_softmax_f32(size_t outer, size_t length, size_t inner, const float *x, float *y);
void igr_log_softmax_f64(size_t outer, size_t length, size_t inner, const double *x, double *y);

/// Over the middle axis of x [outer, length, inner], length >= 1: log sum exp x, shifted by the maximum; y [outer, inner].
void igr_log_sum_exp_f32(size_t outer, size_t length, size_t inner, const float *x, float *y);
void igr_log_sum_exp_f64(size_t outer, size_t length, size_t inner, const double *x, double *y);

/// Along the middle axis of eta [outer, sticks, inner]: y [outer, sticks + 1, inner] is eta times what is left of a stick of
/// length 1 after the pieces before, then what is left in the end. eta and y do not overlap.
void igr_stick_breaking_f32(size_t outer, size_t sticks, size_t inner, const float *eta, float *y);
void igr_stick_breaking_f64(size_t outer, size_t sticks, size_t inner, const double *eta, double *y);

/// y [outer, sticks, inner], the gradient with respect to eta of the sum of g times all that igr_stick_breaking_f32 gives, g
/// [outer, sticks + 1, inner]; nothing is divided by. y overlaps neither.
void igr_stick_breaking_gradient_f32(size_t outer, size_t sticks, size_t inner, const float *eta, const float *g, float *y);
void igr_stick_breaking_gradient_f64(size_t outer, size_t sticks, size_t inner, const double *eta, const double *g, double *y);

/// Along the middle axis of x [outer, rows, inner]: how many rows there are before the sum of the rows so far, in double, is
/// first not at most `bound`; counts [outer, inner]. x and counts do not overlap.
void igr_rows_within_f32(size_t outer, size_t rows, size_t inner, double bound, const float *x, float *counts);
void igr_rows_within_f64(size_t outer, size_t rows, size_t inner, double bound, const double *x, double *counts);

/// Along the middle axis of [outer, length, inner]: y is 1 on the largest element, the first of equal ones, and 0 elsewhere.
/// NaN never wins over what comes before it. x and y do not overlap.
void igr_one_hot_f32(size_t outer, size_t length, size_t inner, const float *x, float *y);
void igr_one_hot_f64(size_t outer, size_t length, size_t inner, const double *x, double *y);

/// Integrands of the probabilities that one of `sticks` Gaussians is the largest, at n nodes of a quadrature, and what lies behind
/// zero. With z[k, i] = (nodes[i] - mu[k]) / sigma[k], kept within +-farthest: log_cdf[k, i] = log Phi(z[k, i]), and mass[k, i] is
/// weights[i] times the density of Gaussian k at the node times the product of Phi over the others. Behind these, at
/// [sticks, k]: z = -mu[k] / sigma[k] and its log Phi. z, log_cdf and mass have room for sticks * (n + 1) + 32 elements,
/// log_product for n; what these hold otherwise means nothing. NaN passes. No array overlaps another.
void igr_gaussian_masses_f32(size_t sticks, size_t n, const float *nodes, const float *weights, const float *mu,
                             const float *sigma, float farthest, float *z, float *log_cdf, float *log_product, float *mass);
void igr_gaussian_masses_f64(size_t sticks, size_t n, const double *nodes, const double *weights, const double *mu,
                             const double *sigma, double farthest, double *z, double *log_cdf, double *log_product,
                             double *mass);

/// The gradient of sum_k g[k] (sum_i mass[k, i]) + what the last category gives, with respect to mu and sigma, from what
/// igr_gaussian_masses_f32 gave; `last_term` is the upstream gradient of the last category's probability times this. g and
/// both results have one element for each Gaussian, `step` apart. scratch has room for 2 * sticks * (n + 1) + n + 32 elements
/// (of Float64 for n).
void igr_gaussian_mass_slopes_f32(size_t sticks, size_t n, const float *sigma, const float *z, const float *log_cdf,
                                  const float *mass, const float *g, float last_term, size_t step, float *scratch,
                                  float *mu_slopes, float *sigma_slopes);
void igr_gaussian_mass_slopes_f64(size_t sticks, size_t n, const double *sigma, const double *z, const double *log_cdf,
                                  const double *mass, const double *g, double last_term, size_t step, double *scratch,
                                  double *mu_slopes, double *sigma_slopes);

/// Where x[i] > best[i]: best[i] = x[i] and winners[i] = k. NaN never wins.
void igr_winners_f32(size_t n, float k, const float *x, float *best, float *winners);
void igr_winners_f64(size_t n, double k, const double *x, double *best, double *winners);

/// One pass of Adam (Kingma & Ba 2015) over arrays that lie one behind the other, each up to its end, epsilon outside the root, both moments bias-corrected:
/// m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; w -= rate * (m * m_scale) / (sqrt(v * v_scale) + epsilon),
/// where m_scale = 1/(1-b1^t) and v_scale = 1/(1-b2^t). In Float32 moments below 2^-100 become zero. Returns the sum of squares
/// of g, as igr_sum_of_squares_f32 does.
double igr_adam_f32(const size_t *ends, size_t arrays, float *w, float *m, float *v, const float *g, float rate, double b1,
                    double b2, float epsilon, float m_scale, float v_scale);
double igr_adam_f64(const size_t *ends, size_t arrays, double *w, double *m, double *v, const double *g, double rate, double b1,
                    double b2, double epsilon, double m_scale, double v_scale);

/// The entries of a [rows, columns] that are not zero, row after row: those of row r are number starts[r] up to
/// starts[r + 1], with their columns in `places` and their numbers in `values`. `starts` has rows + 1 elements, the
/// others room for limit + columns + 16. Returns how many there are; more than `limit` means that the lists end early.
size_t igr_nonzeros_f32(size_t rows, size_t columns, const float *a, size_t limit, uint32_t *starts,
                        uint32_t *places, float *values);
size_t igr_nonzeros_f64(size_t rows, size_t columns, const double *a, size_t limit, uint32_t *starts,
                        uint32_t *places, double *values);

/// Whether all n values are 1.
int igr_are_ones_f32(size_t n, const float *values);
int igr_are_ones_f64(size_t n, const double *values);

/// The same lists of the transposed matrix: columns + 1 elements in `t_starts`, the others as many as there are entries.
/// Where all are 1, `values` may be NULL; then `t_values` is not written.
void igr_transposed_nonzeros_f32(size_t rows, size_t columns, const uint32_t *starts, const uint32_t *places,
                                 const float *values, uint32_t *t_starts, uint32_t *t_places, float *t_values);
void igr_transposed_nonzeros_f64(size_t rows, size_t columns, const uint32_t *starts, const uint32_t *places,
                                 const double *values, uint32_t *t_starts, uint32_t *t_places, double *t_values);

/// y[r, :] = sum of values[i] * w[places[i], :] over the entries i of row r, in their order; NULL stands for values that
/// are all 1. Places of a row ascend. w is [inner, n], y [rows, n].
void igr_sparse_product_f32(size_t rows, size_t inner, const uint32_t *starts, const uint32_t *places,
                            const float *values, size_t n, const float *w, float *y);
void igr_sparse_product_f64(size_t rows, size_t inner, const uint32_t *starts, const uint32_t *places,
                            const double *values, size_t n, const double *w, double *y);

/// c [m, n] = op(a) op(b), or += where adding; op the transpose where asked. op(a) is [m, k], op(b) is [k, n], all row-major in
/// one run; c overlaps neither. Each element is summed in the order of the inner index by fused multiply-adds, 1,024 terms at a
/// time: the same numbers on every target that has this product (AVX2, AVX-512) and for any number of threads.
/// Returns 0, and does nothing, where the target has none or k is 0: then a library's product has to be taken.
int igr_product_f32(int is_a_transposed, int is_b_transposed, size_t m, size_t n, size_t k, const float *a, const float *b,
                    float *c, int is_adding);

/// Whether this machine's target has a product.
int igr_has_product(void);

/// How many threads share one kernel's work where it is worth a thread's while: 1 at first, at most 64. Numbers do not depend on
/// it. To be set before kernels run; threads are never ended.
void igr_set_threads(size_t count);
size_t igr_threads(void);

/// Where the windows of a convolution lie on images [n, height, width, channels]: `rows` by `columns` windows per
/// image, `stride` apart, the first one `top` rows and `left` columns outside of the image. Every window meets the
/// image. A line is one row of windows; lines are counted through all images.
typedef struct {
    size_t height, width, channels;
    size_t kernel_height, kernel_width;
    size_t stride;
    size_t top, left;
    size_t rows, columns;
} igr_windows;

/// Copies what lies under the windows of `count` lines from `line0` on, zero outside of the image, to
/// patches [count * columns, kernel_height, kernel_width, channels]. `images` is the first image.
void igr_gather_f32(const igr_windows *w, size_t line0, size_t count, const float *images, float *patches);
void igr_gather_f64(const igr_windows *w, size_t line0, size_t count, const double *images, double *patches);

/// The adjoint of gather: adds the patches to the images under their windows, line after line. An image is set to
/// zero before its first line, so lines must come in order.
void igr_scatter_f32(const igr_windows *w, size_t line0, size_t count, const float *patches, float *images);
void igr_scatter_f64(const igr_windows *w, size_t line0, size_t count, const double *patches, double *images);

/// Philox 4x32-10 (Salmon et al. 2011): out[0..4) for one counter and key.
void igr_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/// Words 4*first_block .. of the stream whose counter is (block lo, block hi, step lo, step hi).
/// Writes exactly n words (the last block may be used in part).
void igr_random_words(size_t n, uint64_t first_block, uint64_t step, const uint32_t key[2], uint32_t *out);

/// n draws of the uniform distribution on the open interval (0, 1): (w + 1/2) * 2^-32 rounded to Float32, at most
/// 1 - 2^-24. Element i uses word i.
void igr_uniform_f32(size_t n, uint64_t step, const uint32_t key[2], float *out);

/// n standard normal draws by Box-Muller: elements 2i and 2i+1 use words 2i (radius) and 2i+1 (angle).
void igr_normal_f32(size_t n, uint64_t step, const uint32_t key[2], float *out);

/// n standard Gumbel draws -log(e), e = -log1p(-u), u as in igr_uniform_f32. Element i uses word i.
void igr_gumbel_f32(size_t n, uint64_t step, const uint32_t key[2], float *out);

/// n standard logistic draws log(u) - log1p(-u). Element i uses word i.
void igr_logistic_f32(size_t n, uint64_t step, const uint32_t key[2], float *out);

/// The name of the chosen target: "sse2", "avx2", "avx512", "neon" or "portable".
const char *igr_kernel_target(void);

/// Limits the choice to the named target and narrower ones, for tests and for `IGR_CPU_TARGET`.
/// Returns 0, or -1 if this machine lacks it or the name is unknown.
int igr_limit_kernel_target(const char *name);

#endif
