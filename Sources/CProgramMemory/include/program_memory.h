#ifndef IGR_PROGRAM_MEMORY_H
#define IGR_PROGRAM_MEMORY_H

/// Takes the pages of the program and its libraries that nobody can write to out of this process's memory, as the kernel may do
/// at any moment. One that is needed again comes back from the page cache. Linux, dl_iterate_phdr(3) and madvise(2).
void igr_give_back_program_pages(void);

/// Gives free memory of the C library's heap back, also between blocks in use. glibc's malloc_trim(3); elsewhere it does nothing.
void igr_give_back_free_memory(void);

#endif
