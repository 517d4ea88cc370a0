#if defined(__x86_64__)
#include "target.h"

#define IGR_TARGET_TABLE igr_target_avx2
#define IGR_TARGET_NAME "avx2"

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "loops.h"
#pragma clang attribute pop
#endif
