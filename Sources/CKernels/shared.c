// The doors of kernels.h whose work the team's threads share. Parts touch different memory, and no number depends on where they
// begin: sums are cut where their blocks end, noise where a piece begins.
#include "target.h"
#include "team.h"

// Sets the first and the last of n things of a part whose borders are multiples of `unit`.
static void bounds_of(size_t part, size_t parts, size_t n, size_t unit, size_t *first, size_t *last) {
    size_t units = (n + unit - 1) / unit;
    *first = units * part / parts * unit;
    *last = units * (part + 1) / parts * unit;
    if (*first > n) *first = n;
    if (*last > n) *last = n;
}

enum {
    /// Elements of a cache line, which has one writer.
    LINE = 16,
    /// What else a kernel costs per element, in additions: an exponential with what surrounds it, one element of noise.
    EXPONENTIAL = 16,
    NOISE = 64,
};

// Smaller work is done before another thread would begin.
static void share(size_t operations, igr_work *work, const void *context) {
    igr_run_parts(operations < 1 << 17 ? 1 : igr_threads(), work, context);
}

struct unary {
    igr_unary_loop *loop;
    size_t n;
    const float *x;
    float *y;
};

static void unary_part(const void *context, size_t part, size_t parts) {
    const struct unary *u = context;
    size_t first, last;
    bounds_of(part, parts, u->n, LINE, &first, &last);
    u->loop(last - first, u->x + first, u->y + first);
}

static size_t cost_of(igr_unary_op op) {
    switch (op) {
        case IGR_NEGATE:
        case IGR_RELU:
        case IGR_STEP:
        case IGR_SQUARE: return 1;
        default: return EXPONENTIAL;
    }
}

void igr_unary_f32(igr_unary_op op, size_t n, const float *x, float *y) {
    struct unary unary = {igr_target()->unary[op], n, x, y};
    share(cost_of(op) * n, unary_part, &unary);
}

struct binary {
    igr_binary_loop *loop;
    size_t n;
    const float *a;
    size_t a_step;
    const float *b;
    size_t b_step;
    float *out;
};

static void binary_part(const void *context, size_t part, size_t parts) {
    const struct binary *v = context;
    size_t first, last;
    bounds_of(part, parts, v->n, LINE, &first, &last);
    v->loop(last - first, v->a + first * v->a_step, v->a_step, v->b + first * v->b_step, v->b_step, v->out + first);
}

void igr_binary_f32(igr_binary_op op, size_t n, const float *a, size_t a_step, const float *b, size_t b_step,
                    float *out) {
    struct binary binary = {igr_target()->binary[op], n, a, a_step, b, b_step, out};
    share(n, binary_part, &binary);
}

struct affine {
    size_t n;
    float a, b;
    const float *x;
    float *y;
};

static void affine_part(const void *context, size_t part, size_t parts) {
    const struct affine *v = context;
    size_t first, last;
    bounds_of(part, parts, v->n, LINE, &first, &last);
    igr_target()->affine(last - first, v->a, v->b, v->x + first, v->y + first);
}

void igr_affine_f32(size_t n, float a, float b, const float *x, float *y) {
    struct affine affine = {n, a, b, x, y};
    share(n, affine_part, &affine);
}

struct bernoulli {
    size_t rows, samples, n;
    const float *x, *logits;
    float *y, *sigmoids;
};

static void bernoulli_part(const void *context, size_t part, size_t parts) {
    const struct bernoulli *v = context;
    size_t first = v->rows * part / parts, last = v->rows * (part + 1) / parts;
    for (size_t row = first; row < last; row++) {
        float *sigmoids = v->sigmoids == NULL ? NULL : v->sigmoids + row * v->n;
        v->y[row] = (float)igr_target()->bernoulli(v->n, v->x + row / v->samples * v->n, v->logits + row * v->n, sigmoids);
    }
}

void igr_bernoulli_f32(size_t rows, size_t samples, size_t n, const float *x, const float *logits, float *y, float *sigmoids) {
    struct bernoulli bernoulli = {rows, samples, n, x, logits, y, sigmoids};
    share(EXPONENTIAL * rows * n, bernoulli_part, &bernoulli);
}

struct columns {
    void (*loop)(size_t outer, size_t length, size_t inner, const float *x, float *y);
    size_t outer, length, inner, y_length;
    const float *x;
    float *y;
};

static void columns_part(const void *context, size_t part, size_t parts) {
    const struct columns *c = context;
    size_t first = c->outer * part / parts, last = c->outer * (part + 1) / parts;
    c->loop(last - first, c->length, c->inner, c->x + first * c->length * c->inner, c->y + first * c->y_length * c->inner);
}

void igr_log_softmax_f32(size_t outer, size_t length, size_t inner, const float *x, float *y) {
    struct columns columns = {igr_target()->log_softmax, outer, length, inner, length, x, y};
    share(EXPONENTIAL * outer * length * inner, columns_part, &columns);
}

void igr_log_sum_exp_f32(size_t outer, size_t length, size_t inner, const float *x, float *y) {
    struct columns columns = {igr_target()->log_sum_exp, outer, length, inner, 1, x, y};
    share(EXPONENTIAL * outer * length * inner, columns_part, &columns);
}

struct squares {
    size_t n;
    const float *x;
    double *sums;
};

static void squares_part(const void *context, size_t part, size_t parts) {
    const struct squares *s = context;
    size_t first, last;
    bounds_of(part, parts, s->n, IGR_SUM_BLOCK, &first, &last);
    igr_target()->sums_of_squares(last - first, s->x + first, s->sums + first / IGR_SUM_BLOCK);
}

static size_t blocks_of(size_t n) { return (n + IGR_SUM_BLOCK - 1) / IGR_SUM_BLOCK; }

// Room for a sum of each block; a thread's own memory is aligned to cache lines.
static double *block_sums(size_t n) { return (double *)(void *)igr_scratch(2 * blocks_of(n)); }

static double total_of(size_t n, const double *sums) {
    double total = 0;
    for (size_t block = 0; block < blocks_of(n); block++) total += sums[block];
    return total;
}

double igr_sum_of_squares_f32(size_t n, const float *x) {
    struct squares squares = {n, x, block_sums(n)};
    share(n, squares_part, &squares);
    return total_of(n, squares.sums);
}

struct adam {
    size_t n;
    float *w, *m, *v;
    const float *g;
    float rate;
    double b1, b2;
    float epsilon, m_scale, v_scale;
    const size_t *ends;
    size_t arrays;
    double *sums;
};

static void adam_blocks(const struct adam *a, size_t first, size_t last) {
    igr_target()->adam(last - first, a->w + first, a->m + first, a->v + first, a->g + first, a->rate, a->b1, a->b2, a->epsilon,
                       a->m_scale, a->v_scale, a->sums + first / IGR_SUM_BLOCK);
}

// Of each array a part is the same share as of the product that gave its gradient: what is in a processor's own cache is not
// fetched from another's. A block on a border belongs to the array that ends in it.
static void adam_part(const void *context, size_t part, size_t parts) {
    const struct adam *a = context;
    size_t begun = 0;
    for (size_t array = 0; array < a->arrays; array++) {
        size_t blocks = blocks_of(a->ends[array]) - begun;
        size_t first = (begun + blocks * part / parts) * IGR_SUM_BLOCK;
        size_t last = (begun + blocks * (part + 1) / parts) * IGR_SUM_BLOCK;
        begun += blocks;
        if (last > a->n) last = a->n;
        if (first < last) adam_blocks(a, first, last);
    }
}

double igr_adam_f32(const size_t *ends, size_t arrays, float *w, float *m, float *v, const float *g, float rate, double b1,
                    double b2, float epsilon, float m_scale, float v_scale) {
    size_t n = arrays == 0 ? 0 : ends[arrays - 1];
    struct adam adam = {n, w, m, v, g, rate, b1, b2, epsilon, m_scale, v_scale, ends, arrays, block_sums(n)};
    share(8 * n, adam_part, &adam);
    return total_of(n, adam.sums);
}

struct sparse_product {
    size_t rows, inner;
    const uint32_t *starts, *places;
    const float *values;
    size_t n;
    const float *w;
    float *y;
};

// Parts are columns where w is larger than y: each thread fetches its own share of it.
static void sparse_product_part(const void *context, size_t part, size_t parts) {
    const struct sparse_product *s = context;
    size_t first = 0, last = s->rows, first_column = 0, last_column = s->n;
    if (s->inner > s->rows && s->n >= 64 * parts) {
        bounds_of(part, parts, s->n, 64, &first_column, &last_column);
    } else {
        first = s->rows * part / parts;
        last = s->rows * (part + 1) / parts;
    }
    igr_target()->sparse_product(last - first, s->inner, s->starts + first, s->places, s->values, s->n, first_column,
                                 last_column, s->w, s->y + first * s->n);
}

void igr_sparse_product_f32(size_t rows, size_t inner, const uint32_t *starts, const uint32_t *places,
                            const float *values, size_t n, const float *w, float *y) {
    struct sparse_product product = {rows, inner, starts, places, values, n, w, y};
    share((size_t)2 * starts[rows] * n, sparse_product_part, &product);
}

// Parts are strips of the longer side of c, so that each thread copies only its share of one factor. Of a weight's gradient,
// which is what has A transposed, they are rows also where that side is somewhat shorter: they lie in one run, as parts of Adam.
static void product_part(const void *context, size_t part, size_t parts) {
    const struct igr_product *product = context;
    struct igr_part whole = {0, product->m, 0, product->n};
    if (product->is_a_transposed ? 4 * product->m > product->n : product->m > product->n) {
        bounds_of(part, parts, product->m, LINE, &whole.first_row, &whole.last_row);
    } else {
        bounds_of(part, parts, product->n, LINE, &whole.first_column, &whole.last_column);
    }
    float *scratch = igr_scratch(IGR_PRODUCT_SCRATCH);
    igr_target()->product(product, whole, scratch);
}

int igr_has_product(void) { return igr_target()->product != NULL; }

int igr_product_f32(int is_a_transposed, int is_b_transposed, size_t m, size_t n, size_t k, const float *a, const float *b,
                    float *c, int is_adding) {
    if (igr_target()->product == NULL || k == 0) return 0;
    struct igr_product product = {is_a_transposed, is_b_transposed, is_adding, m, n, k, a, b, c};
    share(2 * m * n * k, product_part, &product);
    return 1;
}

struct patches {
    const igr_windows *windows;
    size_t line0, count;
    const float *from;
    float *to;
};

static size_t line_elements(const igr_windows *w) { return w->columns * w->kernel_height * w->kernel_width * w->channels; }

static void gather_part(const void *context, size_t part, size_t parts) {
    const struct patches *p = context;
    size_t first = p->count * part / parts, last = p->count * (part + 1) / parts;
    igr_target()->gather(p->windows, p->line0 + first, last - first, p->from, p->to + first * line_elements(p->windows));
}

void igr_gather_f32(const igr_windows *w, size_t line0, size_t count, const float *images, float *patches) {
    struct patches lines = {w, line0, count, images, patches};
    share(count * line_elements(w), gather_part, &lines);
}

// The lines of an image are added by one thread, in order.
static void scatter_part(const void *context, size_t part, size_t parts) {
    const struct patches *p = context;
    size_t rows = p->windows->rows, end = p->line0 + p->count;
    size_t first_image = p->line0 / rows, images = (end + rows - 1) / rows - first_image;
    size_t first = (first_image + images * part / parts) * rows, last = (first_image + images * (part + 1) / parts) * rows;
    if (first < p->line0) first = p->line0;
    if (last > end) last = end;
    if (first >= last) return;
    igr_target()->scatter(p->windows, first, last - first, p->from + (first - p->line0) * line_elements(p->windows), p->to);
}

void igr_scatter_f32(const igr_windows *w, size_t line0, size_t count, const float *patches, float *images) {
    struct patches lines = {w, line0, count, patches, images};
    share(count * line_elements(w), scatter_part, &lines);
}

struct noise {
    igr_noise_loop *loop;
    size_t n;
    uint64_t step;
    const uint32_t *key;
    float *out;
};

static void noise_part(const void *context, size_t part, size_t parts) {
    const struct noise *v = context;
    size_t first, last;
    bounds_of(part, parts, v->n, IGR_NOISE_PIECE, &first, &last);
    v->loop(first, last - first, v->step, v->key, v->out + first);
}

static void share_noise(igr_noise_loop *loop, size_t n, uint64_t step, const uint32_t key[2], float *out) {
    struct noise noise = {loop, n, step, key, out};
    share(NOISE * n, noise_part, &noise);
}

void igr_uniform_f32(size_t n, uint64_t step, const uint32_t key[2], float *out) {
    share_noise(igr_target()->uniform, n, step, key, out);
}

void igr_normal_f32(size_t n, uint64_t step, const uint32_t key[2], float *out) {
    share_noise(igr_target()->normal, n, step, key, out);
}

void igr_gumbel_f32(size_t n, uint64_t step, const uint32_t key[2], float *out) {
    share_noise(igr_target()->gumbel, n, step, key, out);
}

void igr_logistic_f32(size_t n, uint64_t step, const uint32_t key[2], float *out) {
    share_noise(igr_target()->logistic, n, step, key, out);
}
