#ifndef IGR_PROCESSOR_AFFINITY_H
#define IGR_PROCESSOR_AFFINITY_H

#include <stddef.h>

/// Keeps the calling thread, and what it starts from now on, to the cores whose bits are set. Linux, sched_setaffinity(2),
/// which Swift's Glibc does not show. Returns 0, or -1 with errno.
int igr_keep_to_cores(const unsigned char *mask, size_t size);

/// The cores that the calling thread may use. Returns 0, or -1 with errno.
int igr_allowed_cores(unsigned char *mask, size_t size);

#endif
