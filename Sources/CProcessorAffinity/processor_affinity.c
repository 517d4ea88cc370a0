#define _GNU_SOURCE
#include "processor_affinity.h"

#include <sched.h>
#include <string.h>

int igr_keep_to_cores(const unsigned char *mask, size_t size) {
  return sched_setaffinity(0, size, (const cpu_set_t *)mask);
}

int igr_allowed_cores(unsigned char *mask, size_t size) {
  memset(mask, 0, size);
  return sched_getaffinity(0, size, (cpu_set_t *)mask);
}
