#if defined(__x86_64__)
#include "target.h"

#include <immintrin.h>

#define IGR_TARGET_TABLE igr_target_avx512
#define IGR_TARGET_NAME "avx512"

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw"))), apply_to = function)
#define IGR_NONZEROS_OF_16
// Writes places and values of those of 16 elements that are not zero, in order; returns how many. May write 16 of each.
static inline size_t nonzeros_of_16(const float *x, uint32_t place, uint32_t *places, float *values) {
    const __m512i offsets = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512 elements = _mm512_loadu_ps(x);
    __mmask16 kept = _mm512_cmp_ps_mask(elements, _mm512_setzero_ps(), _CMP_NEQ_UQ);
    // Packed in a register: packing into memory is slow on some processors.
    __m512i packed = _mm512_maskz_compress_epi32(kept, _mm512_add_epi32(offsets, _mm512_set1_epi32((int)place)));
    _mm512_storeu_si512(places, packed);
    _mm512_storeu_ps(values, _mm512_maskz_compress_ps(kept, elements));
    return (size_t)__builtin_popcount(kept);
}

#define IGR_PANEL 14
#define IGR_VECTORS 2
#include "loops.h"
#pragma clang attribute pop
#endif
