/*===- harness.c - runs kernels of a payload on the machine it is built for -===

  usage: harness PAYLOAD SUFFIX [--without-avx512] < job > values

  Opens the payload as the runtime does and does what the job says, a command a
  line; the test writes it. A buffer is known by the order of its command.

    buffer COUNT BYTES              zeros, 64-byte aligned
    fill BUFFER KIND SEED           numbers of Generator.h
    set BUFFER VALUE                its first i64
    call KERNEL BEGIN END BUFFER...
    write BUFFER                    its bytes go to stdout
    tracks TRACKS FIRST COUNT STRIDE
                                    the schedule's f64s at those steps do

  It computes no floating-point number itself. With --without-avx512 it fails
  where the C library still sees that feature: the masks of a test must work.

 ===----------------------------------------------------------------------===*/

#include "Generator.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <sys/platform/x86.h>
#endif

enum { maxBuffers = 64, maxTracks = 16, maxName = 128 };

typedef void (*Kernel)(void *const *buffers, int64_t begin, int64_t end);
typedef void (*Tracks)(int64_t step, double *out, const double *state);

struct Buffer {
  void *base;
  int64_t count, size;
};

static struct Buffer buffers[maxBuffers];
static int bufferCount;
static void *payload;
static const char *suffix;

static void fail(const char *what) {
  fprintf(stderr, "harness: %s\n", what);
  exit(1);
}

static int64_t number(void) {
  int64_t value;
  if (scanf("%" SCNd64, &value) != 1)
    fail("expected a number");
  return value;
}

static struct Buffer *readBuffer(void) {
  int64_t index = number();
  if (index < 0 || index >= bufferCount)
    fail("no such buffer");
  return &buffers[index];
}

static void *find(const char *name) {
  char symbol[2 * maxName];
  snprintf(symbol, sizeof symbol, "%s__%s", name, suffix);
  void *address = dlsym(payload, symbol);
  if (!address)
    fail(symbol);
  return address;
}

static void addBuffer(void) {
  if (bufferCount == maxBuffers)
    fail("too many buffers");
  struct Buffer *buffer = &buffers[bufferCount++];
  buffer->count = number();
  buffer->size = number();
  size_t bytes = (size_t)(buffer->count * buffer->size + 63) / 64 * 64;
  buffer->base = aligned_alloc(64, bytes);
  if (!buffer->base)
    fail("no memory");
  memset(buffer->base, 0, bytes);
}

static void fill(void) {
  struct Buffer *buffer = readBuffer();
  enum FillKind kind = (enum FillKind)number();
  uint64_t seed = (uint64_t)number();
  for (int64_t i = 0; i < buffer->count; ++i) {
    uint64_t bits = generateBits(kind, seed, (uint64_t)i, buffer->size);
    memcpy((char *)buffer->base + i * buffer->size, &bits,
           (size_t)buffer->size);
  }
}

static void set(void) {
  struct Buffer *buffer = readBuffer();
  *(int64_t *)buffer->base = number();
}

static void call(void) {
  char name[maxName];
  void *operands[maxBuffers];
  if (scanf("%127s", name) != 1)
    fail("expected a kernel");
  int64_t begin = number(), end = number(), count = number();
  if (count < 0 || count > maxBuffers)
    fail("too many operands");
  for (int64_t i = 0; i < count; ++i)
    operands[i] = readBuffer()->base;
  ((Kernel)find(name))(operands, begin, end);
}

static void put(const void *data, size_t size, size_t count) {
  if (fwrite(data, size, count, stdout) != count)
    fail("cannot write");
}

static void writeBuffer(void) {
  struct Buffer *buffer = readBuffer();
  put(buffer->base, (size_t)buffer->size, (size_t)buffer->count);
}

static void writeTracks(void) {
  Tracks tracks = (Tracks)find("dsc_tracks");
  double values[maxTracks];
  int64_t results = number(), step = number(), count = number();
  int64_t stride = number();
  if (results > maxTracks)
    fail("too many tracks");
  for (; count-- > 0; step += stride) {
    tracks(step, values, NULL);
    put(values, sizeof *values, (size_t)results);
  }
}

static void checkMask(void) {
#if defined(__x86_64__)
  if (CPU_FEATURE_ACTIVE(AVX512F) || CPU_FEATURE_ACTIVE(AVX512VL))
    fail("AVX-512 is not masked");
#endif
}

int main(int argc, char **argv) {
  if (argc < 3)
    fail("expected a payload and the suffix of its kernels");
  if (argc > 3 && !strcmp(argv[3], "--without-avx512"))
    checkMask();
  payload = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!payload)
    fail(dlerror());
  suffix = argv[2];
  char command[16];
  while (scanf("%15s", command) == 1) {
    if (!strcmp(command, "buffer"))
      addBuffer();
    else if (!strcmp(command, "fill"))
      fill();
    else if (!strcmp(command, "set"))
      set();
    else if (!strcmp(command, "call"))
      call();
    else if (!strcmp(command, "write"))
      writeBuffer();
    else if (!strcmp(command, "tracks"))
      writeTracks();
    else
      fail("unknown command");
  }
  return fclose(stdout) ? 1 : 0;
}
