/* A machine that fails while a test watches: EINWURF_TEST_FAULTS names a file of four 64-bit numbers that the test writes
   and this maps. The first are seconds by which the time of day jumps, the third seconds that pass at once, for timers too
   (both clock.c). The second says that the disk is full if it is not 0: then no file in a folder named "storage" grows any
   more, and what it has can be written over, as on a full disk. The fourth counts what is done to such files from the next
   removal of a database on: with what makes it 0, that removal or a write behind it, the process is killed. Preloaded
   (LD_PRELOAD) by xtask/src/relay/clock.rs. Works for every user and in every container. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const volatile int64_t *faults;
static int removed;
static int64_t done;

__attribute__((constructor)) static void begin(void) {
  const char *name = getenv("EINWURF_TEST_FAULTS");
  int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *map = mmap(0, 4 * sizeof *faults, PROT_READ, MAP_SHARED, file, 0);
  if (map != MAP_FAILED) faults = map;
  close(file);
}

/* For clock.c. */
int64_t einwurf_jump(void) { return faults ? faults[0] + faults[2] : 0; }
int64_t einwurf_passed(void) { return faults ? faults[2] : 0; }

static int is_stored(int file) {
  char link[64], name[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, name, sizeof name - 1);
  if (length < 0) return 0;
  name[length] = 0;
  return strstr(name, "/storage/") != 0;
}

/* Whether a file would have to grow that far, and cannot. */
static int is_full(int file, off_t end) {
  struct stat about;
  if (!faults || !faults[1] || fstat(file, &about) || !S_ISREG(about.st_mode)) return 0;
  return end > about.st_size && is_stored(file);
}

static int no_space(void) {
  errno = ENOSPC;
  return -1;
}

/* One more thing was done. */
static void step(void) {
  if (++done == faults[3]) raise(SIGKILL);
}

/* A file was written. */
static ssize_t wrote(int file, ssize_t answer) {
  if (faults && faults[3] && removed && is_stored(file)) step();
  return answer;
}

int unlinkat(int folder, const char *name, int flags) {
  int answer = (int)syscall(SYS_unlinkat, folder, name, flags);
  const char *end = strrchr(name, '.');
  if (answer == 0 && faults && faults[3] && end && !strcmp(end, ".sqlite")) {
    removed = 1;
    step();
  }
  return answer;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
  if (is_full(file, at + (off64_t)count)) return no_space();
  return wrote(file, syscall(SYS_pwrite64, file, bytes, count, at));
}

ssize_t write(int file, const void *bytes, size_t count) {
  if (faults && faults[1]) {
    int appends = fcntl(file, F_GETFL) & O_APPEND;
    off_t at = lseek(file, 0, appends ? SEEK_END : SEEK_CUR);
    if (at >= 0 && is_full(file, at + (off_t)count)) return no_space();
  }
  return wrote(file, syscall(SYS_write, file, bytes, count));
}

int ftruncate64(int file, off64_t length) {
  if (is_full(file, length)) return no_space();
  return (int)syscall(SYS_ftruncate, file, length);
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int fallocate64(int file, int mode, off64_t at, off64_t length) {
  if (!(mode & FALLOC_FL_PUNCH_HOLE) && is_full(file, at + length)) return no_space();
  return (int)syscall(SYS_fallocate, file, mode, at, length);
}
