/*===- Generator.h - the numbers that every machine starts from -------------===

  Floats made from integers alone, so that a harness compiled for any machine
  and the reference in the test begin with the same bits. C and C++.

 ===----------------------------------------------------------------------===*/

#ifndef DSC_TEST_CONFORMANCE_INPUTS_GENERATOR_H
#define DSC_TEST_CONFORMANCE_INPUTS_GENERATOR_H

#include <stdint.h>

/* What a buffer is filled with. */
enum FillKind {
  fillOrdinary,  /* 1e-9 .. 1 in size, now and then 0, a subnormal, a large one
                  */
  fillPositive,  /* the same without signs */
  fillTiny,      /* subnormals and zeros only */
  fillNonFinite, /* ordinary, with NaNs and infinities in between */
  fillAnyBits    /* any 32 bits */
};

/* splitmix64's finalizer over (seed, index). */
static inline uint64_t generateWord(uint64_t seed, uint64_t index) {
  uint64_t z = (seed * 0x632BE59BD9B4E019u) ^ (index + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static inline uint32_t ordinaryBits(uint64_t word) {
  uint32_t sign = (uint32_t)(word >> 63) << 31;
  uint32_t mantissa = (uint32_t)(word >> 32) & 0x7FFFFFu;
  uint32_t exponent = 97 + (uint32_t)(word & 0xFF) * 30 / 256;
  switch ((word >> 8) & 0x3F) {
  case 0:
    return sign;
  case 1:
    return sign | mantissa;
  case 2:
    return sign | (127 + 20) << 23 | mantissa;
  default:
    return sign | exponent << 23 | mantissa;
  }
}

/* The bits of the f32 at `index`. */
static inline uint32_t generateFloat(enum FillKind kind, uint64_t seed,
                                     uint64_t index) {
  static const uint32_t nonFinite[4] = {0x7F800000u, 0xFF800000u, 0x7FC00000u,
                                        0xFFA00001u};
  uint64_t word = generateWord(seed, index);
  switch (kind) {
  case fillOrdinary:
    return ordinaryBits(word);
  case fillPositive:
    return ordinaryBits(word) & 0x7FFFFFFFu;
  case fillTiny:
    return (uint32_t)(word >> 32) & (word & 7 ? 0x807FFFFFu : 0x80000000u);
  case fillNonFinite:
    return word % 61 == 0 ? nonFinite[(word >> 16) & 3] : ordinaryBits(word);
  case fillAnyBits:
    return (uint32_t)(word >> 32);
  }
  return 0;
}

/* The bits of the f64 at `index`: positive, 2^-24 .. 2^8 in size. */
static inline uint64_t generateDouble(uint64_t seed, uint64_t index) {
  uint64_t word = generateWord(seed, index);
  return (999 + (word & 31)) << 52 | word >> 12;
}

/* The bits of the number of `size` bytes at `index`; an f64 is of one kind. */
static inline uint64_t generateBits(enum FillKind kind, uint64_t seed,
                                    uint64_t index, int64_t size) {
  return size == 8 ? generateDouble(seed, index)
                   : generateFloat(kind, seed, index);
}

#endif
