/// Movement between images and the patches under a convolution's windows, for one element type.
///
/// A row of a window is one contiguous run both in the image and in the patch, because neighbouring columns of the
/// window are neighbouring pixels whatever the stride.
#ifndef IGR_PATCHES_H
#define IGR_PATCHES_H

#include "kernels.h"

/// The columns of a window that lie on the image: from `first` up to `end`, counted from the window's left edge.
struct igr_span {
    size_t first, end;
};

static inline struct igr_span igr_span_inside(ptrdiff_t start, size_t length, size_t limit) {
    struct igr_span span;
    span.first = start < 0 ? (size_t)-start : 0;
    span.end = (ptrdiff_t)limit - start < (ptrdiff_t)length ? (size_t)((ptrdiff_t)limit - start) : length;
    return span;
}

// A run is short, often of four numbers: a call of the C library for it costs more than the copy. Compilers make such calls of
// loops too, unless told not to.
#define IGR_NO_CALLS __attribute__((no_builtin("memcpy", "memset")))
#define IGR_OWN_COPIES IGR_NO_CALLS __attribute__((always_inline))
#define IGR_ONE_BY_ONE _Pragma("clang loop vectorize(disable) unroll(disable)")

#define IGR_DEFINE_GATHER(name, type)                                                                               \
    typedef type name##_64 __attribute__((vector_size(64), aligned(sizeof(type)), may_alias));                      \
    typedef type name##_16 __attribute__((vector_size(16), aligned(sizeof(type)), may_alias));                      \
    enum { name##_WIDE = 64 / sizeof(type), name##_NARROW = 16 / sizeof(type) };                                    \
                                                                                                                    \
    IGR_OWN_COPIES static inline void name##_copy(size_t n, const type *from, type *to) {                           \
        size_t i = 0;                                                                                               \
        for (; i + name##_WIDE <= n; i += name##_WIDE) *(name##_64 *)(to + i) = *(const name##_64 *)(from + i);     \
        for (; i + name##_NARROW <= n; i += name##_NARROW) *(name##_16 *)(to + i) = *(const name##_16 *)(from + i); \
        IGR_ONE_BY_ONE for (; i < n; i++) to[i] = from[i];                                                          \
    }                                                                                                               \
                                                                                                                    \
    IGR_OWN_COPIES static inline void name##_zero(size_t n, type *to) {                                             \
        size_t i = 0;                                                                                               \
        for (; i + name##_NARROW <= n; i += name##_NARROW) *(name##_16 *)(to + i) = (name##_16){0};                 \
        IGR_ONE_BY_ONE for (; i < n; i++) to[i] = 0;                                                                \
    }                                                                                                               \
                                                                                                                    \
    /* One row of the image for all windows of a line, whose patches lie `patch` apart. */                          \
    IGR_NO_CALLS static void name##_row(const igr_windows *w, const type *row, size_t patch, type *patches) {       \
        const size_t channels = w->channels, run = w->kernel_width * channels, step = w->stride * channels;         \
        for (size_t column = 0; column < w->columns; column++, patches += patch) {                                  \
            const ptrdiff_t x0 = (ptrdiff_t)(column * w->stride) - (ptrdiff_t)w->left;                              \
            const struct igr_span span = igr_span_inside(x0, w->kernel_width, w->width);                            \
            const size_t head = span.first * channels, body = (span.end - span.first) * channels;                   \
            if (body < run) {                                                                                       \
                name##_zero(head, patches);                                                                         \
                name##_copy(body, row + (size_t)(x0 + (ptrdiff_t)span.first) * channels, patches + head);           \
                name##_zero(run - head - body, patches + head + body);                                              \
                continue;                                                                                           \
            }                                                                                                       \
            /* All windows up to the one that the image's end cuts. */                                              \
            const size_t whole = (w->width - w->kernel_width - (size_t)x0) / w->stride + 1;                         \
            const size_t rest = w->columns - column, count = whole < rest ? whole : rest;                           \
            const type *pixels = row + (size_t)x0 * channels;                                                       \
            if (run == name##_NARROW) {                                                                             \
                for (size_t i = 0; i < count; i++) {                                                                \
                    *(name##_16 *)(patches + i * patch) = *(const name##_16 *)(pixels + i * step);                  \
                }                                                                                                   \
            } else {                                                                                                \
                for (size_t i = 0; i < count; i++) name##_copy(run, pixels + i * step, patches + i * patch);        \
            }                                                                                                       \
            column += count - 1;                                                                                    \
            patches += (count - 1) * patch;                                                                         \
        }                                                                                                           \
    }                                                                                                               \
                                                                                                                    \
    IGR_NO_CALLS static void name(const igr_windows *w, size_t line0, size_t count, const type *images,             \
                                  type *patches) {                                                                  \
        const size_t run = w->kernel_width * w->channels, patch = w->kernel_height * run;                           \
        const size_t image_row = w->width * w->channels;                                                            \
        for (size_t line = line0; line < line0 + count; line++, patches += w->columns * patch) {                    \
            const type *image = images + line / w->rows * w->height * image_row;                                    \
            const ptrdiff_t y0 = (ptrdiff_t)(line % w->rows * w->stride) - (ptrdiff_t)w->top;                       \
            for (size_t y = 0; y < w->kernel_height; y++) {                                                         \
                const ptrdiff_t row = y0 + (ptrdiff_t)y;                                                            \
                type *to = patches + y * run;                                                                       \
                if (row >= 0 && row < (ptrdiff_t)w->height) {                                                       \
                    name##_row(w, image + (size_t)row * image_row, patch, to);                                      \
                } else {                                                                                            \
                    for (size_t column = 0; column < w->columns; column++) name##_zero(run, to + column * patch);   \
                }                                                                                                   \
            }                                                                                                       \
        }                                                                                                           \
    }

// Calls the body for each row of each window of `count` lines from `line0` on, in the patches' order. `inside` tells
// whether the row lies on the image; then `pixels` is its first element on the image and `head` and `body` are the
// elements of the row's run before the image and on it.
#define IGR_EACH_WINDOW_ROW(images_type, statement)                                                                 \
    const size_t channels = w->channels, run = w->kernel_width * channels, image_row = w->width * channels;         \
    for (size_t line = line0; line < line0 + count; line++) {                                                       \
        images_type *image = images + line / w->rows * w->height * image_row;                                       \
        const ptrdiff_t y0 = (ptrdiff_t)(line % w->rows * w->stride) - (ptrdiff_t)w->top;                           \
        const struct igr_span rows = igr_span_inside(y0, w->kernel_height, w->height);                              \
        for (size_t column = 0; column < w->columns; column++) {                                                    \
            const ptrdiff_t x0 = (ptrdiff_t)(column * w->stride) - (ptrdiff_t)w->left;                              \
            const struct igr_span span = igr_span_inside(x0, w->kernel_width, w->width);                            \
            const size_t head = span.first * channels, body = (span.end - span.first) * channels;                   \
            for (size_t y = 0; y < w->kernel_height; y++, patches += run) {                                         \
                const int inside = y >= rows.first && y < rows.end;                                                 \
                images_type *pixels =                                                                               \
                    inside ? image + (size_t)(y0 + (ptrdiff_t)y) * image_row                                        \
                                 + (size_t)(x0 + (ptrdiff_t)span.first) * channels                                  \
                           : image;                                                                                 \
                statement                                                                                           \
            }                                                                                                       \
        }                                                                                                           \
    }

#define IGR_DEFINE_SCATTER(name, type)                                                                              \
    static void name(const igr_windows *w, size_t line0, size_t count, const type *patches, type *images) {         \
        const size_t image_count = w->height * w->width * w->channels;                                              \
        for (size_t line = line0; line < line0 + count; line++) {                                                   \
            if (line % w->rows == 0) {                                                                              \
                __builtin_memset(images + line / w->rows * image_count, 0, image_count * sizeof(type));             \
            }                                                                                                       \
        }                                                                                                           \
        IGR_EACH_WINDOW_ROW(type, {                                                                                 \
            if (!inside) continue;                                                                                  \
            const type *values = patches + head;                                                                    \
            _Pragma("clang loop vectorize(assume_safety)") for (size_t i = 0; i < body; i++) pixels[i] += values[i]; \
        })                                                                                                          \
    }

#endif
