/// Counts what one thread allocates on the heap. For tests: linking this replaces malloc and its relatives in the
/// whole program by ones that count and then do the same.
#ifndef IGR_ALLOCATION_COUNT_H
#define IGR_ALLOCATION_COUNT_H

#include <stddef.h>

/// Counts the calling thread's allocations from now on, from zero.
void igr_begin_counting_allocations(void);

/// Ends the count and returns it.
size_t igr_end_counting_allocations(void);

#endif
