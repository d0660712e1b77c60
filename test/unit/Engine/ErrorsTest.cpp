//===- ErrorsTest.cpp - what LibTorch throws, as a user gets it -----------===//

#include "runtime/Engine/Torch/Errors.h"

#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include <new>

using namespace dsc;
using torch_engine::translated;

static constexpr c10::SourceLocation kNowhere = {"", "", 0};

TEST(Errors, MemoryThatRunsOutIsOfTheBatchOrOfTheModel) {
  c10::OutOfMemoryError full(kNowhere, "tried to allocate 2 GiB\nand more");
  Error batch = translated(full, "unit 'block', linear", /*samples=*/8);
  EXPECT_EQ(batch.code(), Exit::device);
  EXPECT_STREQ(batch.what(), "unit 'block', linear: out of memory: tried to "
                             "allocate 2 GiB");
  EXPECT_EQ(batch.hint(), "a smaller train.micro_batch needs less memory");
  // One sample, as of 'dsc sample', cannot be fewer.
  EXPECT_EQ(translated(full, "unit 'block'", /*samples=*/1).hint(),
            "a smaller [model] needs less memory");
  EXPECT_EQ(translated(std::bad_alloc(), "the batch", 2).code(), Exit::device);
}

TEST(Errors, WhatADeviceSaysIsOfTheDevice) {
  c10::AcceleratorError lost(kNowhere, 700, "an illegal access\nsee also");
  Error error = translated(lost, "unit 'block', backward", 8);
  EXPECT_EQ(error.code(), Exit::device);
  EXPECT_STREQ(error.what(), "unit 'block', backward: an illegal access");
  EXPECT_EQ(error.hint(), "");
  EXPECT_EQ(translated(c10::Error(kNowhere, "shapes differ"), "unit").code(),
            Exit::internal);
  EXPECT_EQ(translated(Error(Exit::peer, "gone", "again"), "unit").hint(),
            "again");
}
