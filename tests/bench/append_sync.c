// What a disk can do: appends rows of 1000 bytes and syncs after each BATCH of them, for SECONDS.
// append_sync FILE BATCH SECONDS prints {"rate": rows a second, "p50ms", "p99ms": of a sync}.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ROW = 1000, MOST_BATCH = 4096, MOST_SYNCS = 4000000 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_size(const void* a, const void* b) {
  const float x = *(const float*)a, y = *(const float*)b;
  return (x > y) - (x < y);
}

int main(int argc, char** argv) {
  const int batch = argc == 4 ? atoi(argv[2]) : 0;
  const double seconds = argc == 4 ? atof(argv[3]) : 0;
  if (batch < 1 || batch > MOST_BATCH || seconds <= 0) {
    fprintf(stderr, "usage: append_sync FILE BATCH SECONDS\n");
    return 2;
  }
  const size_t bytes = (size_t)batch * ROW;
  char* rows = malloc(bytes);
  float* took = malloc(MOST_SYNCS * sizeof *took);
  const int file = open(argv[1], O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (rows == NULL || took == NULL || file < 0) {
    perror(argv[1]);
    return 1;
  }
  memset(rows, 'x', bytes);
  const double began = now();
  size_t syncs = 0;
  double at = began;
  while (at - began < seconds && syncs < MOST_SYNCS) {
    if (write(file, rows, bytes) != (ssize_t)bytes || fdatasync(file) != 0) {
      perror(argv[1]);
      return 1;
    }
    const double end = now();
    took[syncs++] = (float)((end - at) * 1e3);
    at = end;
  }
  qsort(took, syncs, sizeof *took, by_size);
  printf("{\"rate\": %.1f, \"p50ms\": %.4f, \"p99ms\": %.4f}\n",
         (double)syncs * batch / (at - began), took[syncs / 2], took[syncs * 99 / 100]);
  return 0;
}
