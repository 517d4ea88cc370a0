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

#define IGR_DEFINE_GATHER(name, type)                                                                               \
    static void name(const igr_windows *w, size_t line0, size_t count, const type *images, type *patches) {         \
        IGR_EACH_WINDOW_ROW(const type, {                                                                           \
            if (!inside) {                                                                                          \
                __builtin_memset(patches, 0, run * sizeof(type));                                                   \
                continue;                                                                                           \
            }                                                                                                       \
            if (body != run) __builtin_memset(patches, 0, run * sizeof(type));                                      \
            __builtin_memcpy(patches + head, pixels, body * sizeof(type));                                          \
        })                                                                                                          \
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
