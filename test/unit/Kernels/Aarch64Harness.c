/* Runs aarch64 kernels on arrays from stdin and writes them back to stdout, so
   that a test on another machine can compare bits. Linked with the object. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

void norm__aarch64(void *const *buffers, int64_t begin, int64_t end);
void finish__aarch64(void *const *buffers, int64_t begin, int64_t end);
void update_default__aarch64(void *const *buffers, int64_t begin, int64_t end);
void dsc_tracks__aarch64(int64_t step, double *out, const double *state);

static void *memory(size_t bytes) {
  void *base = aligned_alloc(64, (bytes + 63) / 64 * 64);
  return base ? base : (exit(1), NULL);
}

static void get(void *data, size_t bytes) {
  if (fread(data, 1, bytes, stdin) != bytes)
    exit(2);
}

static void put(const void *data, size_t bytes) {
  fwrite(data, 1, bytes, stdout);
}

int main(int argc, char **argv) {
  if (argc != 5)
    return 3;
  int64_t elements = atoll(argv[1]), uniforms = atoll(argv[2]);
  int64_t steps = atoll(argv[3]), trackSteps = atoll(argv[4]);
  int64_t blocks = (elements + 4095) / 4096, counter = 0;
  float *param = memory(elements * 4), *grad = memory(elements * 4);
  float *m = memory(elements * 4), *v = memory(elements * 4);
  uint16_t *compute = memory(elements * 2);
  double *partials = memory(blocks * 8), *slots = memory(uniforms * 8);
  get(param, elements * 4);
  for (int64_t i = 0; i < elements; ++i)
    m[i] = v[i] = 0;
  void *reduce[] = {grad, partials};
  void *finish[] = {partials, &counter, slots};
  void *update[] = {grad, param, m, v, compute, slots};
  for (; counter < steps; ++counter) {
    get(grad, elements * 4);
    norm__aarch64(reduce, 0, blocks);
    finish__aarch64(finish, 0, blocks);
    update_default__aarch64(update, 0, elements);
  }
  put(param, elements * 4);
  put(compute, elements * 2);
  put(slots, uniforms * 8);
  for (int64_t step = 0; step < trackSteps; ++step) {
    double tracks[2];
    dsc_tracks__aarch64(step, tracks, 0);
    put(tracks, sizeof tracks);
  }
  return 0;
}
