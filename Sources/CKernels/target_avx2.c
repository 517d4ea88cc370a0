#if defined(__x86_64__)
#include "target.h"

#include <immintrin.h>

#define IGR_TARGET_TABLE igr_target_avx2
#define IGR_TARGET_NAME "avx2"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define IGR_NONZEROS_OF_16
// Writes places and values of those of 16 elements that are not zero, in order; returns how many.
static inline size_t nonzeros_of_16(const float *x, uint32_t place, uint32_t *places, float *values) {
    const __m256 zero = _mm256_setzero_ps();
    int low = _mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(x), zero, _CMP_NEQ_UQ));
    int high = _mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(x + 8), zero, _CMP_NEQ_UQ));
    uint32_t kept = (uint32_t)low | (uint32_t)high << 8;
    size_t count = 0;
    for (; kept != 0; kept &= kept - 1) {
        uint32_t i = (uint32_t)__builtin_ctz(kept);
        places[count] = place + i;
        values[count] = x[i];
        count++;
    }
    return count;
}

#define IGR_PANEL 6
#define IGR_VECTORS 1
#include "loops.h"
#pragma clang attribute pop
#endif
