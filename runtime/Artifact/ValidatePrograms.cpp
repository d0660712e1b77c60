//===- ValidatePrograms.cpp - checks on programs and on what ranks share --===//

#include "runtime/Artifact/Artifact.h"
#include "runtime/Artifact/KernelAbi.h"
#include "runtime/Artifact/Subtrees.h"
#include "runtime/Artifact/Validator.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

using namespace dsc;

/// Tokens are places in a list.
constexpr int32_t kMostTokens = 1 << 24;

/// Whole blocks, each in one group, that fill the arena.
void Validator::checkBuckets() {
  std::map<int64_t, int64_t> ranges;
  int64_t places = countOf("passing", plan::DType::f32);
  int64_t units = plan.graph()->units()->size();
  for (const plan::Bucket *bucket : *plan.buckets()) {
    int64_t begin = bucket->begin(), end = bucket->end();
    check(begin >= 0 && begin < end && end <= trained &&
              begin % kBlockElements == 0 && end % kBlockElements == 0,
          "a bucket is not made of whole blocks of the arena");
    check(ranges.insert({begin, end}).second, "two buckets overlap");
    check(std::any_of(plan.groups()->begin(), plan.groups()->end(),
                      [&](const plan::Group *group) {
                        return group->begin() <= begin && end <= group->end();
                      }),
          "a bucket does not lie in one group");
    check(within(bucket->first_unit(), units) &&
              within(bucket->ready_unit(), units),
          "a bucket is read or made ready by no unit");
    int64_t place = bucket->passing();
    check(places < 0 ? place == -1
                     : place >= 0 && end - begin <= places &&
                           place <= places - (end - begin),
          "a bucket lies outside the buffer 'passing'");
  }
  int64_t next = 0;
  for (auto [begin, end] : ranges) {
    check(begin == next, "the buckets overlap or leave a gap");
    next = end;
  }
  check(ranges.empty() || next == trained, "the buckets do not fill the arena");
}

/// A rank's parts are those of whole buckets.
void Validator::checkOwned(const plan::PlanOp &op, const std::string &where) {
  bool blocks =
      plan.kernels()->Get(op.index())->kind() != plan::KernelKind::map;
  int64_t scale = blocks ? kBlockElements : 1;
  int64_t begin = op.begin() * scale, end = op.end() * scale;
  check(plan.buckets()->size() > 0, where + "divides what has no buckets");
  for (const plan::Bucket *bucket : *plan.buckets())
    check((begin <= bucket->begin() && bucket->end() <= end) ||
              bucket->end() <= begin || end <= bucket->begin(),
          where + "launches a kernel over a piece of a bucket");
}

void Validator::checkLaunch(const plan::PlanOp &op, const std::string &where) {
  check(within(op.index(), plan.kernels()->size()),
        where + "launches no kernel");
  int64_t blocks = (trained + kBlockElements - 1) / kBlockElements;
  plan::KernelKind kind = plan.kernels()->Get(op.index())->kind();
  int64_t end = kind == plan::KernelKind::map ? trained : blocks;
  bool whole = kind != plan::KernelKind::map ||
               (op.begin() % kBlockElements == 0 &&
                (op.end() % kBlockElements == 0 || op.end() == trained));
  check(op.begin() >= 0 && op.begin() <= op.end() && op.end() <= end && whole,
        where + "launches a kernel outside the arena");
  if (op.owned())
    checkOwned(op, where);
}

/// `sums` for what adds: only f32, and f64 where all of a buffer is summed.
void Validator::checkExchange(const plan::PlanOp &op, bool sums,
                              const std::string &where) {
  check(within(op.buffer(), plan.buffers()->size()),
        where + "exchanges no buffer");
  const plan::Buffer &buffer = *plan.buffers()->Get(op.buffer());
  bool all = op.code() == plan::OpCode::all_reduce && op.index() == -1;
  check(all || (within(op.index(), plan.buckets()->size()) &&
                buffer.count() == trained),
        where + "exchanges no bucket");
  check(!sums || buffer.dtype() == plan::DType::f32 ||
            (all && buffer.dtype() == plan::DType::f64),
        where + "sums what are no gradients");
}

/// The model is run by any program but the update, which alone changes what a
/// run keeps.
static bool belongs(plan::OpCode code, const std::string &program) {
  switch (code) {
  case plan::OpCode::load_batch:
  case plan::OpCode::forward:
  case plan::OpCode::backward:
    return program != "update";
  case plan::OpCode::launch:
  case plan::OpCode::guard:
  case plan::OpCode::advance:
  case plan::OpCode::clear:
  case plan::OpCode::share_loss:
    return program == "update";
  default:
    return true;
  }
}

void Validator::checkOp(const plan::PlanOp &op, const std::string &program) {
  int64_t units = plan.graph()->units()->size();
  int64_t buckets = plan.buckets()->size();
  std::string where = "program '" + program + "' ";
  check(belongs(op.code(), program),
        where + (program == "update" ? "runs a part of the model"
                                     : "holds what only an update may"));
  switch (op.code()) {
  case plan::OpCode::forward:
  case plan::OpCode::backward:
    check(within(op.index(), units), where + "runs no unit");
    return;
  case plan::OpCode::launch:
    return checkLaunch(op, where);
  case plan::OpCode::guard:
    check(findUniform(plan, "finite") >= 0,
          where + "guards without a uniform 'finite'");
    return;
  case plan::OpCode::all_reduce:
  case plan::OpCode::reduce_scatter:
    return checkExchange(op, /*sums=*/true, where);
  case plan::OpCode::all_gather:
    return checkExchange(op, /*sums=*/false, where);
  case plan::OpCode::clear:
    check(within(op.buffer(), plan.buffers()->size()),
          where + "clears no buffer");
    return;
  case plan::OpCode::gradients_done:
    check(op.index() == -1 || within(op.index(), buckets),
          where + "finishes no bucket");
    return;
  case plan::OpCode::join_subtrees:
    check(within(op.index(), buckets), where + "joins no bucket");
    [[fallthrough]];
  case plan::OpCode::keep_subtree:
    check(plan.training()->virtual_ranks() > 0,
          where + "adds to a tree without virtual ranks");
    return;
  case plan::OpCode::load_batch:
  case plan::OpCode::share_loss:
  case plan::OpCode::advance:
    return;
  }
  check(false, where + "holds an unknown operation");
}

/// Every token that is waited for is one that some program completes, each
/// program once.
void Validator::checkTokens() {
  std::set<int32_t> all;
  for (const plan::Program *program : *plan.programs()) {
    std::set<int32_t> own;
    std::string where = "program '" + program->name()->str() + "' ";
    for (const plan::PlanOp *op : *program->ops()) {
      check(op->lane() >= plan::Lane::MIN && op->lane() <= plan::Lane::MAX,
            where + "runs on an unknown lane");
      check(op->signals() >= -1 && op->signals() < kMostTokens,
            where + "signals an impossible token");
      check(op->signals() == -1 || own.insert(op->signals()).second,
            where + "signals a token twice");
    }
    all.merge(own);
  }
  for (const plan::Program *program : *plan.programs())
    for (const plan::PlanOp *op : *program->ops())
      for (unsigned i = 0; op->waits() && i < op->waits()->size(); ++i)
        check(all.count(op->waits()->Get(i)),
              "program '" + program->name()->str() +
                  "' waits for a token that nothing signals");
}

void Validator::checkPrograms() {
  std::set<std::string> seen;
  for (const plan::Program *program : *plan.programs()) {
    checkName(program->name(), seen, "program");
    for (const plan::PlanOp *op : *program->ops())
      checkOp(*op, program->name()->str());
  }
  for (const char *name : {"micro", "last_micro", "update", "evaluate"})
    check(seen.count(name), std::string("there is no program '") + name + "'");
  int64_t advances = 0;
  for (const plan::PlanOp *op : *findProgram(plan, "update")->ops())
    advances += op->code() == plan::OpCode::advance;
  check(advances == 1, "an update does not advance by one step");
  checkTokens();
}

void Validator::checkParallel() {
  const plan::Training &training = *plan.training();
  int64_t leaves = training.virtual_ranks(), ranks = training.ranks();
  check(ranks >= 0 && (ranks == 0 || training.batch() % ranks == 0),
        "the ranks do not divide the batch");
  check(std::isfinite(training.timeout()) && training.timeout() > 0,
        "the ranks have no timeout");
  check(leaves >= 0 && leaves <= kMostVirtualRanks,
        "there is an impossible number of virtual ranks");
  if (leaves == 0)
    return;
  check(training.batch() % leaves == 0 && (ranks == 0 || leaves % ranks == 0),
        "the virtual ranks do not divide the batch");
  check(training.micro_batch() == training.batch() / leaves,
        "the virtual ranks have other micro-batches");
  int64_t depth = subtreeDepth(leaves);
  check(plan.buckets()->size() > 0 && trained <= kMostElements / depth &&
            countOf("subtrees", plan::DType::f32) == trained * depth,
        "buffer 'subtrees' does not hold the sums of the virtual ranks");
}
