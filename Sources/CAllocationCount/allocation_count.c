#include "allocation_count.h"

#include <errno.h>

// glibc's own allocator under the names that it keeps for programs that replace malloc. `free` stays glibc's.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static _Thread_local int is_counting;
static _Thread_local size_t count;

void igr_begin_counting_allocations(void) {
    count = 0;
    is_counting = 1;
}

size_t igr_end_counting_allocations(void) {
    is_counting = 0;
    return count;
}

void *malloc(size_t size) {
    count += (size_t)is_counting;
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size) {
    count += (size_t)is_counting;
    return __libc_calloc(n, size);
}

void *realloc(void *memory, size_t size) {
    count += (size_t)is_counting;
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    count += (size_t)is_counting;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
    void *found = memalign(alignment, size);
    if (found == NULL) return ENOMEM;
    *memory = found;
    return 0;
}
