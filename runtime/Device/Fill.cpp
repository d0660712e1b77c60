//===- Fill.cpp -----------------------------------------------------------===//

#include "runtime/Device/Fill.h"

#include "runtime/Base/BFloat16.h"
#include "runtime/Base/Error.h"

#include <algorithm>

using namespace dsc;

template <typename Element>
static void fillWith(void *data, int64_t count, Element value) {
  std::fill_n(static_cast<Element *>(data), count, value);
}

void dsc::fillElements(const plan::Buffer &buffer, void *data, int64_t count) {
  double value = buffer.fill();
  switch (buffer.dtype()) {
  case plan::DType::f32:
    return fillWith(data, count, float(value));
  case plan::DType::f64:
    return fillWith(data, count, value);
  case plan::DType::bf16:
    return fillWith(data, count, toBFloat16(float(value)));
  case plan::DType::i64:
    return fillWith(data, count, int64_t(value));
  case plan::DType::i32:
    return fillWith(data, count, int32_t(value));
  default:
    throw Error(Exit::artifact, "buffer '" + buffer.name()->str() +
                                    "' cannot be filled with a number");
  }
}
