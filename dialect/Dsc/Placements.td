//===- Placements.td - the catalogue of strategies ----------*- tablegen -*-===//
//
// One record for each way in which ranks along an axis share what a run holds. A
// strategy is nothing but three placements: the passes that rewrite a plan read
// them, and no pass knows a strategy by its name.
//
//   replicate  every rank has all of it
//   partial    every rank has its own term of a sum
//   shard      every rank has its parts, whole reduction blocks of each bucket
//
// Optimizer state holds the slots, and the f32 masters where the model computes
// in another type.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_PLACEMENTS_TD
#define DSC_PLACEMENTS_TD

class Placement<string name_, int zero_, string parameter_, string gradient_, string optimizer_> {
  string name = name_;
  string axis = "data";
  int zero = zero_; // parallel.zero, which picks it
  string parameter = parameter_;
  string gradient = gradient_;
  string optimizer = optimizer_;
  string summary = "";
}

// Li et al., "PyTorch distributed: experiences on accelerating data parallel training", 2020.
def : Placement<"ddp", 0, "replicate", "replicate", "replicate"> {
  let summary = "every rank updates everything with gradients summed over ranks";
}

// Rajbhandari et al., "ZeRO: memory optimizations toward training trillion parameter models", 2020: P_os.
def : Placement<"zero1", 1, "replicate", "partial", "shard"> {
  let summary = "every rank keeps the optimizer state of its part and updates that";
}

// The same paper: P_os+g.
def : Placement<"zero2", 2, "replicate", "shard", "shard"> {
  let summary = "every rank keeps gradients and optimizer state of its part and updates that";
}

#endif // DSC_PLACEMENTS_TD
