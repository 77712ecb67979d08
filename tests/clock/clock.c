/* A shifted clock for tests: adds EINWURF_TEST_CLOCK seconds to what workerd is told when it asks for the time of day;
   what disk.c is told while the test runs comes on top. Preloaded (LD_PRELOAD) by xtask/src/relay/clock.rs. Clocks that
   only measure durations stay as they are, so that timers keep their pace, unless time is to pass for them, too; the
   kernel is asked directly, since the real functions are the ones that this replaces. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int64_t einwurf_jump(void);
int64_t einwurf_passed(void);

static time_t ahead(void) {
  static int known;
  static time_t seconds;
  if (!known) {
    const char *text = getenv("EINWURF_TEST_CLOCK");
    seconds = text ? (time_t)strtoll(text, 0, 10) : 0;
    known = 1;
  }
  return seconds + (time_t)einwurf_jump();
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int failed = (int)syscall(SYS_clock_gettime, clock, now);
  if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += ahead();
  if (!failed && (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE)) now->tv_sec += einwurf_passed();
  return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec exact;
  (void)zone;
  if (!clock_gettime(CLOCK_REALTIME, &exact)) {
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
  }
  return 0;
}

time_t time(time_t *stored) {
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now)) return (time_t)-1;
  if (stored) *stored = now.tv_sec;
  return now.tv_sec;
}
