// Linux's own calls that Glibc's Swift overlay leaves out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
