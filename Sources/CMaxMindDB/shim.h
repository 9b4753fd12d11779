#include <maxminddb.h>
#include <sys/syscall.h>
#include <unistd.h>

/* An anonymous file in memory, closed on exec; -1 on failure. glibc declares memfd_create only to those who define
   _GNU_SOURCE, which Swift's importer does not. */
static inline int wary_memory_file(const char *name) { return (int)syscall(SYS_memfd_create, name, 1u); }
