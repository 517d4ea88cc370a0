#if defined(__x86_64__)
#include "target.h"

#define IGR_TARGET_TABLE igr_target_avx512
#define IGR_TARGET_NAME "avx512"

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw"))), apply_to = function)
#include "loops.h"
#pragma clang attribute pop
#endif
