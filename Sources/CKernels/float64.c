// The Float64 kernels serve numerical checks of gradients, not training: plain loops over libm.
#include "patches.h"

#include <math.h>

static double softplus(double x) { return fmax(x, 0) + log1p(exp(-fabs(x))); }

static double sigmoid(double x) {
    double e = exp(-fabs(x));
    return (x < 0 ? e : 1) / (1 + e);
}

static double log_normal_cdf(double x) {
    const double root_half = 0.70710678118654752440;
    if (x >= 0) return log1p(-0.5 * erfc(x * root_half));
    if (x > -25) return log(0.5 * erfc(-x * root_half));
    // The asymptotic series of Mills' ratio: erfc underflows below -37.
    const double half_log_two_pi = 0.91893853320467274178;
    double r = 1 / (x * x);
    double series = -r * (1 - 3 * r * (1 - 5 * r * (1 - 7 * r * (1 - 9 * r * (1 - 11 * r)))));
    return -0.5 * x * x - log(-x) - half_log_two_pi + log1p(series);
}

#define IGR_EACH(expression)           \
    for (size_t i = 0; i < n; i++) {   \
        double x = xs[i];              \
        ys[i] = expression;            \
    }                                  \
    return

void igr_unary_f64(igr_unary_op op, size_t n, const double *xs, double *ys) {
    switch (op) {
    case IGR_NEGATE: IGR_EACH(-x);
    case IGR_EXP: IGR_EACH(exp(x));
    case IGR_LOG: IGR_EACH(log(x));
    case IGR_LOG1P: IGR_EACH(log1p(x));
    case IGR_LOG1MEXP: IGR_EACH(x > -0.69314718055994531 ? log(-expm1(x)) : log1p(-exp(x)));
    case IGR_TANH: IGR_EACH(tanh(x));
    case IGR_SIGMOID: IGR_EACH(sigmoid(x));
    case IGR_SOFTPLUS: IGR_EACH(softplus(x));
    case IGR_RELU: IGR_EACH(x <= 0 ? 0 : x);
    case IGR_STEP: IGR_EACH(x > 0 ? 1 : 0);
    case IGR_ELU: IGR_EACH(x > 0 ? x : expm1(x));
    case IGR_ELU_SLOPE: IGR_EACH(x > 0 ? 1 : exp(x));
    case IGR_SQUARE: IGR_EACH(x * x);
    case IGR_SQRT: IGR_EACH(sqrt(x));
    case IGR_RECIPROCAL: IGR_EACH(1 / x);
    case IGR_LOG_NORMAL_CDF: IGR_EACH(log_normal_cdf(x));
    }
}

static double maximum(double a, double b) { return a > b || a != a ? a : b; }

#define IGR_EACH_PAIR(expression)                        \
    for (size_t i = 0; i < n; i++) {                     \
        double a = as[i * a_step], b = bs[i * b_step];   \
        out[i] = expression;                             \
    }                                                    \
    return

void igr_binary_f64(igr_binary_op op, size_t n, const double *as, size_t a_step, const double *bs, size_t b_step,
                    double *out) {
    switch (op) {
    case IGR_ADD: IGR_EACH_PAIR(a + b);
    case IGR_SUBTRACT: IGR_EACH_PAIR(a - b);
    case IGR_MULTIPLY: IGR_EACH_PAIR(a * b);
    case IGR_DIVIDE: IGR_EACH_PAIR(a / b);
    case IGR_MAXIMUM: IGR_EACH_PAIR(maximum(a, b));
    case IGR_ADD_RELU: IGR_EACH_PAIR(a + b <= 0 ? 0 : a + b);
    case IGR_GATE: IGR_EACH_PAIR(b > 0 ? a : 0);
    }
}

void igr_affine_f64(size_t n, double a, double b, const double *x, double *y) {
    for (size_t i = 0; i < n; i++) y[i] = a * x[i] + b;
}

double igr_sum_f64(size_t n, const double *x) {
    enum { BLOCK = 512 };
    double total = 0;
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t count = n - start < BLOCK ? n - start : BLOCK;
        double lanes[16] = {0};
        for (size_t i = 0; i < count; i++) lanes[i % 16] += x[start + i];
        for (size_t width = 8; width > 0; width /= 2) {
            for (size_t i = 0; i < width; i++) lanes[i] += lanes[i + width];
        }
        total += lanes[0];
    }
    return total;
}

void igr_bernoulli_f64(size_t rows, size_t samples, size_t n, const double *x, const double *logits, double *y,
                       double *sigmoids) {
    for (size_t row = 0; row < rows; row++) {
        const double *values = x + row / samples * n, *l = logits + row * n;
        double sum = 0;
        for (size_t i = 0; i < n; i++) sum += values[i] * l[i] - softplus(l[i]);
        y[row] = sum;
        if (sigmoids != NULL) igr_unary_f64(IGR_SIGMOID, n, l, sigmoids + row * n);
    }
}

void igr_sum_rows_f64(size_t outer, size_t rows, size_t columns, const double *x, double *y) {
    for (size_t o = 0; o < outer; o++, y += columns) {
        for (size_t j = 0; j < columns; j++) y[j] = 0;
        for (size_t row = 0; row < rows; row++, x += columns) {
            for (size_t j = 0; j < columns; j++) y[j] += x[j];
        }
    }
}

void igr_repeat_f64(size_t n, size_t times, const double *x, double *y) {
    for (size_t time = 0; time < times; time++) {
        for (size_t i = 0; i < n; i++) y[time * n + i] = x[i];
    }
}

void igr_stick_breaking_f64(size_t outer, size_t sticks, size_t inner, const double *eta, double *y) {
    for (size_t o = 0; o < outer; o++, eta += sticks * inner, y += (sticks + 1) * inner) {
        for (size_t i = 0; i < inner; i++) {
            double rest = 1;
            for (size_t k = 0; k < sticks; k++) {
                y[k * inner + i] = eta[k * inner + i] * rest;
                rest *= 1 - eta[k * inner + i];
            }
            y[sticks * inner + i] = rest;
        }
    }
}

void igr_stick_breaking_gradient_f64(size_t outer, size_t sticks, size_t inner, const double *eta, const double *g, double *y) {
    for (size_t o = 0; o < outer; o++, eta += sticks * inner, g += (sticks + 1) * inner, y += sticks * inner) {
        for (size_t i = 0; i < inner; i++) {
            double rest = 1, after = g[sticks * inner + i];
            for (size_t k = 0; k < sticks; k++) {
                y[k * inner + i] = rest;
                rest *= 1 - eta[k * inner + i];
            }
            for (size_t k = sticks; k-- > 0;) {
                double stick = eta[k * inner + i], slope = g[k * inner + i];
                y[k * inner + i] *= slope - after;
                after = slope * stick + after * (1 - stick);
            }
        }
    }
}

void igr_rows_within_f64(size_t outer, size_t rows, size_t inner, double bound, const double *x, double *counts) {
    for (size_t o = 0; o < outer; o++, x += rows * inner, counts += inner) {
        for (size_t i = 0; i < inner; i++) {
            size_t row = 0;
            for (double sum = 0; row < rows; row++) {
                sum += x[row * inner + i];
                if (!(sum <= bound)) break;
            }
            counts[i] = (double)row;
        }
    }
}

void igr_gaussian_masses_f64(size_t sticks, size_t n, const double *nodes, const double *weights, const double *mu,
                             const double *sigma, double farthest, double *z, double *log_cdf, double *log_product,
                             double *mass) {
    const double inverse_root_two_pi = 0.39894228040143267794;
    for (size_t i = 0; i < n; i++) log_product[i] = 0;
    for (size_t k = 0; k < sticks; k++) {
        for (size_t i = 0; i <= n; i++) {
            size_t place = i < n ? k * n + i : sticks * n + k;
            double x = ((i < n ? nodes[i] : 0) - mu[k]) / sigma[k];
            // NaN passes.
            z[place] = x > farthest ? farthest : x < -farthest ? -farthest : x;
            log_cdf[place] = log_normal_cdf(z[place]);
            if (i < n) log_product[i] += log_cdf[place];
        }
    }
    for (size_t k = 0; k < sticks; k++) {
        for (size_t i = 0; i < n; i++) {
            size_t place = k * n + i;
            double log_density = -0.5 * z[place] * z[place] - log_cdf[place] + log_product[i];
            mass[place] = exp(log_density) * weights[i] * inverse_root_two_pi / sigma[k];
        }
    }
}

void igr_gaussian_mass_slopes_f64(size_t sticks, size_t n, const double *sigma, const double *z, const double *log_cdf,
                                  const double *mass, const double *g, double last_term, size_t step, double *scratch,
                                  double *mu_slopes, double *sigma_slopes) {
    const double half_log_two_pi = 0.91893853320467274178;
    double *total = scratch;
    for (size_t i = 0; i < n; i++) {
        total[i] = 0;
        for (size_t k = 0; k < sticks; k++) total[i] += g[k * step] * mass[k * n + i];
    }
    for (size_t k = 0; k < sticks; k++) {
        double of_mu = 0, of_sigma = 0;
        for (size_t i = 0; i < n; i++) {
            double x = z[k * n + i], own = g[k * step] * mass[k * n + i];
            double others = (total[i] - own) * exp(-x * x / 2 - half_log_two_pi - log_cdf[k * n + i]);
            of_mu += own * x - others;
            of_sigma += own * (x * x - 1) - others * x;
        }
        double x = z[sticks * n + k];
        double last = last_term * exp(-x * x / 2 - half_log_two_pi - log_cdf[sticks * n + k]);
        mu_slopes[k * step] = (of_mu - last) / sigma[k];
        sigma_slopes[k * step] = (of_sigma - last * x) / sigma[k];
    }
}

void igr_sparse_product_f64(size_t rows, size_t inner, const uint32_t *starts, const uint32_t *places,
                            const double *values, size_t n, const double *w, double *y) {
    (void)inner;
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < n; c++) y[r * n + c] = 0;
        for (uint32_t i = starts[r]; i < starts[r + 1]; i++) {
            double value = values == NULL ? 1 : values[i];
            for (size_t c = 0; c < n; c++) y[r * n + c] += value * w[places[i] * n + c];
        }
    }
}

void igr_one_hot_f64(size_t outer, size_t length, size_t inner, const double *x, double *y) {
    for (size_t i = 0; i < outer * length * inner; i++) y[i] = 0;
    for (size_t o = 0; o < outer; o++, x += length * inner, y += length * inner) {
        for (size_t c = 0; c < inner; c++) {
            size_t best = c;
            for (size_t i = c; i < length * inner; i += inner) best = x[i] > x[best] ? i : best;
            y[best] = 1;
        }
    }
}

void igr_winners_f64(size_t n, double k, const double *x, double *best, double *winners) {
    for (size_t i = 0; i < n; i++) {
        if (!(x[i] > best[i])) continue;
        best[i] = x[i];
        winners[i] = k;
    }
}

// The largest element of a column, and the log of the sum of exponentials shifted by it.
static void shifted_log_sum(size_t length, size_t inner, const double *x, double *largest, double *log_sum) {
    *largest = x[0];
    for (size_t row = 1; row < length; row++) *largest = maximum(*largest, x[row * inner]);
    double sum = 0;
    for (size_t row = 0; row < length; row++) sum += exp(x[row * inner] - *largest);
    *log_sum = log(sum);
}

void igr_log_softmax_f64(size_t outer, size_t length, size_t inner, const double *x, double *y) {
    for (size_t o = 0; o < outer; o++, x += length * inner, y += length * inner) {
        for (size_t c = 0; c < inner; c++) {
            double largest, log_sum;
            shifted_log_sum(length, inner, x + c, &largest, &log_sum);
            for (size_t row = 0; row < length; row++) y[row * inner + c] = (x[row * inner + c] - largest) - log_sum;
        }
    }
}

void igr_log_sum_exp_f64(size_t outer, size_t length, size_t inner, const double *x, double *y) {
    for (size_t o = 0; o < outer; o++, x += length * inner, y += inner) {
        for (size_t c = 0; c < inner; c++) {
            double largest, log_sum;
            shifted_log_sum(length, inner, x + c, &largest, &log_sum);
            y[c] = largest + log_sum;
        }
    }
}

double igr_max_f64(size_t n, const double *x) {
    double largest = x[0];
    for (size_t i = 1; i < n; i++) largest = maximum(largest, x[i]);
    return largest;
}

double igr_adam_f64(const size_t *ends, size_t arrays, double *w, double *m, double *v, const double *g, double rate, double b1,
                    double b2, double epsilon, double m_scale, double v_scale) {
    size_t n = arrays == 0 ? 0 : ends[arrays - 1];
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
        m[i] = b1 * m[i] + (1 - b1) * g[i];
        v[i] = b2 * v[i] + (1 - b2) * (g[i] * g[i]);
        w[i] -= rate * (m[i] * m_scale) / (sqrt(v[i] * v_scale) + epsilon);
        squares += g[i] * g[i];
    }
    return squares;
}

IGR_DEFINE_GATHER(gather, double)
IGR_DEFINE_SCATTER(scatter, double)

void igr_gather_f64(const igr_windows *w, size_t line0, size_t count, const double *images, double *patches) {
    gather(w, line0, count, images, patches);
}

void igr_scatter_f64(const igr_windows *w, size_t line0, size_t count, const double *patches, double *images) {
    scatter(w, line0, count, patches, images);
}
