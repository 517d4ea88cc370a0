/// The threads that share one kernel's work.
#ifndef IGR_TEAM_H
#define IGR_TEAM_H

#include <stddef.h>

enum { IGR_PARTS_MAX = 64 };

/// One of `parts` parts of a work; parts touch different memory.
typedef void igr_work(const void *context, size_t part, size_t parts);

/// Does all parts, at most IGR_PARTS_MAX, by this thread and those of the team that are free, and returns when they are done.
/// A second caller at the same time does all parts of its work itself.
void igr_run_parts(size_t parts, igr_work *work, const void *context);

/// Memory of this thread for `count` floats, aligned to a cache line; the same at the next call with no larger count.
float *igr_scratch(size_t count);

#endif
