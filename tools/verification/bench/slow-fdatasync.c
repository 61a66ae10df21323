/* fdatasync that does its work and then waits until HELD_NS have passed since it was called: a slower disk, and no less durable. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

int fdatasync(int fd) {
  static int (*real)(int);
  struct timespec due;
  int result;
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  clock_gettime(CLOCK_MONOTONIC, &due);
  due.tv_nsec += HELD_NS;
  due.tv_sec += due.tv_nsec / 1000000000L;
  due.tv_nsec %= 1000000000L;
  result = real(fd);
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == 4 /* EINTR */) {
  }
  return result;
}
