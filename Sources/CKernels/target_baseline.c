// What every machine of the architecture has: SSE2 on x86-64, NEON on arm64.
#include "target.h"

#define IGR_TARGET_TABLE igr_target_baseline
#if defined(__x86_64__)
#define IGR_TARGET_NAME "sse2"
#elif defined(__aarch64__)
#define IGR_TARGET_NAME "neon"
#else
#define IGR_TARGET_NAME "portable"
#endif

#include "loops.h"
