// Threads wait for work by looking at a counter for a while, because kernels follow each other within microseconds, and then
// asleep. Parts are claimed one by one: a thread that the system has put aside delays only the part it has begun. Each begins
// with the part of its own number, whose memory it left in its processor's cache in the works before.
#include "team.h"
#include "kernels.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum { THREADS_MAX = IGR_PARTS_MAX, LOOKS = 1 << 14 };

static struct {
    igr_work *work;
    const void *context;
    size_t parts;
    atomic_bool is_claimed[THREADS_MAX];
    atomic_size_t helpers;
    /// Odd while parts can be claimed.
    atomic_uint number;
    pthread_mutex_t caller, sleep;
    pthread_cond_t awake;
    atomic_int sleepers;
    atomic_size_t threads;
    size_t started;
} team = {.caller = PTHREAD_MUTEX_INITIALIZER, .sleep = PTHREAD_MUTEX_INITIALIZER, .awake = PTHREAD_COND_INITIALIZER, .threads = 1};

static void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// By the thread of this number: 0 is the caller.
static void claim_parts(size_t thread) {
    for (size_t i = 0; i < team.parts; i++) {
        size_t part = (thread + i) % team.parts;
        if (!atomic_exchange(&team.is_claimed[part], 1)) team.work(team.context, part, team.parts);
    }
}

// The number of a work that is not `seen`, and can be claimed.
static unsigned next_work(unsigned seen) {
    for (size_t look = 0; look < LOOKS; look++) {
        unsigned number = atomic_load(&team.number);
        if (number != seen && number % 2 == 1) return number;
        pause_briefly();
    }
    pthread_mutex_lock(&team.sleep);
    atomic_fetch_add(&team.sleepers, 1);
    unsigned number;
    while ((number = atomic_load(&team.number)) == seen || number % 2 == 0) pthread_cond_wait(&team.awake, &team.sleep);
    atomic_fetch_sub(&team.sleepers, 1);
    pthread_mutex_unlock(&team.sleep);
    return number;
}

static void *help(void *number) {
    size_t thread = (size_t)(uintptr_t)number;
    unsigned seen = 0;
    while (1) {
        seen = next_work(seen);
        // The caller waits for helpers after it has closed its work: who counts himself before that may read it.
        atomic_fetch_add(&team.helpers, 1);
        if (atomic_load(&team.number) == seen) claim_parts(thread);
        atomic_fetch_sub(&team.helpers, 1);
    }
    return NULL;
}

void igr_run_parts(size_t parts, igr_work *work, const void *context) {
    if (parts <= 1 || pthread_mutex_trylock(&team.caller) != 0) {
        for (size_t part = 0; part < parts; part++) work(context, part, parts);
        return;
    }
    team.work = work;
    team.context = context;
    team.parts = parts;
    for (size_t part = 0; part < parts; part++) atomic_store(&team.is_claimed[part], 0);
    atomic_fetch_add(&team.number, 1);
    if (atomic_load(&team.sleepers) > 0) {
        pthread_mutex_lock(&team.sleep);
        pthread_cond_broadcast(&team.awake);
        pthread_mutex_unlock(&team.sleep);
    }
    claim_parts(0);
    atomic_fetch_add(&team.number, 1);
    for (size_t look = 1; atomic_load(&team.helpers) > 0; look++) {
        // A helper may have been put aside in its part, by this very thread where there are fewer processors than threads.
        if (look % 1024 == 0) sched_yield();
        pause_briefly();
    }
    pthread_mutex_unlock(&team.caller);
}

void igr_set_threads(size_t count) {
    count = count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : count;
    pthread_mutex_lock(&team.caller);
    for (; team.started + 1 < count; team.started++) {
        pthread_t thread;
        // Without it the others do its parts.
        if (pthread_create(&thread, NULL, help, (void *)(uintptr_t)(team.started + 1)) != 0) break;
        pthread_detach(thread);
    }
    atomic_store(&team.threads, count);
    pthread_mutex_unlock(&team.caller);
}

size_t igr_threads(void) { return atomic_load(&team.threads); }

static pthread_key_t scratch_key;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;
static _Thread_local float *scratch;
static _Thread_local size_t scratch_count;

static void make_scratch_key(void) { pthread_key_create(&scratch_key, free); }

float *igr_scratch(size_t count) {
    if (count <= scratch_count) return scratch;
    pthread_once(&scratch_once, make_scratch_key);
    free(scratch);
    scratch = aligned_alloc(64, (count * sizeof *scratch + 63) / 64 * 64);
    // As for every allocation of the programs' own language.
    if (scratch == NULL) abort();
    scratch_count = count;
    pthread_setspecific(scratch_key, scratch);
    return scratch;
}
