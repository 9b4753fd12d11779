// Linux's own calls that Glibc's Swift overlay leaves out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <sys/socket.h>

// Glibc shows it under _GNU_SOURCE only, which Swift's overlay does not define.
extern int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
