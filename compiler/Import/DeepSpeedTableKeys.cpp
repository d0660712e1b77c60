//===- DeepSpeedTableKeys.cpp - what a recipe has no place for ------------===//
//
// Tables of ds_config.json that DeepSpeed hands on without a schema: to
// compression, to data efficiency, to quantization. It passes over what it does
// not know there; a misspelt key is refused here as anywhere. Where it hands a
// table to somebody who takes any key, the table itself is the key, and says
// so.
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Parts.h"

using namespace dsc::importing;

#define DSC_LATER "not supported yet"
#define DSC_TUNING "the compiler chooses buffers and overlap"
#define DSC_TENSOR "tensor parallelism is not supported yet"
#define DSC_TUNER "the compiler chooses by itself"

/// The groups of a technique of compression, by names of the user's own.
#define DSC_GROUPS(technique)                                                  \
  {"compression_training." technique ".different_groups.*.modules", "\"*\"",   \
   DSC_LATER},                                                                 \
      {"compression_training." technique                                       \
       ".different_groups.*.related_modules",                                  \
       "", DSC_LATER},                                                         \
      {"compression_training." technique ".shared_parameters.enabled",         \
       "false", DSC_LATER},                                                    \
  {                                                                            \
    "compression_training." technique ".shared_parameters.schedule_offset",    \
        "", DSC_LATER                                                          \
  }

#define DSC_PRUNING(technique)                                                 \
  DSC_GROUPS(technique),                                                       \
      {"compression_training." technique ".shared_parameters.method", "",      \
       DSC_LATER},                                                             \
  {                                                                            \
    "compression_training." technique                                          \
    ".different_groups.*.params.dense_ratio",                                  \
        "", DSC_LATER                                                          \
  }

/// How a difficulty rises.
#define DSC_CURRICULUM(table)                                                  \
  {table ".total_curriculum_step", "", DSC_LATER},                             \
      {table ".difficulty_step", "", DSC_LATER},                               \
      {table ".root_degree", "", DSC_LATER},                                   \
      {table ".difficulty", "", DSC_LATER}, {                                  \
    table ".max_step", "", DSC_LATER                                           \
  }

#define DSC_TENSOR_RANKS(table)                                                \
  {table ".tp_size", "1", DSC_TENSOR},                                         \
      {table ".tp_grain_size", "1", DSC_TENSOR},                               \
      {table ".mpu", "", DSC_TENSOR}, {                                        \
    table ".tp_group", "", DSC_TENSOR                                          \
  }

#define DSC_QUANTIZED(table)                                                   \
  {table ".num_bits", "", DSC_LATER}, {table ".group_size", "", DSC_LATER},    \
      {table ".group_dim", "", DSC_LATER}, {                                   \
    table ".symmetric", "", DSC_LATER                                          \
  }

static constexpr KnownKey keys[] = {
    // Compression.
    DSC_GROUPS("weight_quantization"),
    {"compression_training.weight_quantization.shared_parameters."
     "quantizer_kernel",
     "false", DSC_LATER},
    {"compression_training.weight_quantization.shared_parameters."
     "quantize_groups",
     "1", DSC_LATER},
    {"compression_training.weight_quantization.shared_parameters."
     "quantize_verbose",
     "false", DSC_LATER},
    {"compression_training.weight_quantization.shared_parameters."
     "quantization_type",
     "\"symmetric\"", DSC_LATER},
    {"compression_training.weight_quantization.shared_parameters."
     "quantize_weight_in_forward",
     "false", DSC_LATER},
    {"compression_training.weight_quantization.shared_parameters.rounding",
     "\"nearest\"", DSC_LATER},
    {"compression_training.weight_quantization.shared_parameters."
     "fp16_mixed_quantize.enabled",
     "false", DSC_LATER},
    {"compression_training.weight_quantization.shared_parameters."
     "fp16_mixed_quantize.quantize_change_ratio",
     "0.001", DSC_LATER},
    {"compression_training.weight_quantization.different_groups.*.params."
     "start_bits",
     "", DSC_LATER},
    {"compression_training.weight_quantization.different_groups.*.params."
     "target_bits",
     "", DSC_LATER},
    {"compression_training.weight_quantization.different_groups.*.params."
     "quantization_period",
     "1", DSC_LATER},
    DSC_GROUPS("activation_quantization"),
    {"compression_training.activation_quantization.shared_parameters."
     "quantization_type",
     "\"symmetric\"", DSC_LATER},
    {"compression_training.activation_quantization.shared_parameters."
     "range_calibration",
     "\"dynamic\"", DSC_LATER},
    {"compression_training.activation_quantization.different_groups.*.params."
     "bits",
     "", DSC_LATER},
    DSC_PRUNING("sparse_pruning"),
    {"compression_training.sparse_pruning.shared_parameters.block_pattern",
     "\"4x1\"", DSC_LATER},
    {"compression_training.sparse_pruning.shared_parameters.dense_ratio", "0.1",
     DSC_LATER},
    {"compression_training.sparse_pruning.shared_parameters."
     "schedule_offset_stride",
     "1", DSC_LATER},
    {"compression_training.sparse_pruning.shared_parameters."
     "schedule_offset_end",
     "", DSC_LATER},
    {"compression_training.sparse_pruning.shared_parameters.excluded_modules",
     "[]", DSC_LATER},
    DSC_PRUNING("row_pruning"),
    DSC_PRUNING("head_pruning"),
    {"compression_training.head_pruning.shared_parameters.num_heads", "",
     DSC_LATER},
    DSC_PRUNING("channel_pruning"),
    {"compression_training.layer_reduction.enabled", "false", DSC_LATER},
    {"compression_training.layer_reduction.keep_number_layer", "", DSC_LATER},
    {"compression_training.layer_reduction.module_name_prefix", "", DSC_LATER},
    {"compression_training.layer_reduction.teacher_layer", "", DSC_LATER},
    {"compression_training.layer_reduction.other_module_name", "", DSC_LATER},
    // Quantization, as releases before 0.6 wrote it and as the later ones do.
    {"quantize_training.enabled", "false", DSC_LATER},
    {"quantize_training.quantize_bits.start_bits", "16", DSC_LATER},
    {"quantize_training.quantize_bits.target_bits", "8", DSC_LATER},
    {"quantize_training.quantize_schedule.quantize_period", "", DSC_LATER},
    {"quantize_training.quantize_schedule.schedule_offset", "", DSC_LATER},
    {"quantize_training.quantize_groups", "1", DSC_LATER},
    {"quantize_training.quantize_verbose", "false", DSC_LATER},
    {"quantize_training.quantizer_kernel", "false", DSC_LATER},
    {"quantize_training.quantize_algo.q_type", "", DSC_LATER},
    {"quantize_training.quantize_algo.rounding", "", DSC_LATER},
    {"quantize_training.fp16_mixed_quantize.enabled", "false", DSC_LATER},
    {"quantize_training.fp16_mixed_quantize.quantize_change_ratio", "0.001",
     DSC_LATER},
    {"quantize_training.eigenvalue.enabled", "false", DSC_LATER},
    {"quantize_training.eigenvalue.verbose", "false", DSC_LATER},
    {"quantize_training.eigenvalue.max_iter", "100", DSC_LATER},
    {"quantize_training.eigenvalue.tol", "0.01", DSC_LATER},
    {"quantize_training.eigenvalue.stability", "1e-06", DSC_LATER},
    {"quantize_training.eigenvalue.gas_boundary_resolution", "1", DSC_LATER},
    {"quantize_training.eigenvalue.layer_name", "\"bert.encoder.layer\"",
     DSC_LATER},
    {"quantize_training.eigenvalue.layer_num", "0", DSC_LATER},
    DSC_QUANTIZED("weight_quantization.quantized_initialization"),
    // By parts of the names of modules.
    DSC_QUANTIZED("weight_quantization.post_init_quant.*"),
    // Data efficiency.
    {"data_efficiency.data_sampling.enabled", "false", DSC_LATER},
    {"data_efficiency.data_sampling.num_epochs", "1000", DSC_LATER},
    {"data_efficiency.data_sampling.num_workers", "0", DSC_LATER},
    {"data_efficiency.data_sampling.pin_memory", "false", DSC_LATER},
    {"data_efficiency.data_sampling.curriculum_learning.enabled", "false",
     DSC_LATER},
    {"data_efficiency.data_sampling.curriculum_learning.data_cluster_path", "",
     DSC_LATER},
    // By the names of metrics.
    {"data_efficiency.data_sampling.curriculum_learning.curriculum_metrics.*."
     "index_to_sample_path",
     "", DSC_LATER},
    {"data_efficiency.data_sampling.curriculum_learning.curriculum_metrics.*."
     "index_to_metric_path",
     "", DSC_LATER},
    {"data_efficiency.data_sampling.curriculum_learning.curriculum_metrics.*."
     "difficulty_type",
     "", DSC_LATER},
    {"data_efficiency.data_sampling.curriculum_learning.curriculum_metrics.*."
     "clustering_type",
     "", DSC_LATER},
    {"data_efficiency.data_sampling.curriculum_learning.curriculum_metrics.*."
     "min_difficulty",
     "", DSC_LATER},
    {"data_efficiency.data_sampling.curriculum_learning.curriculum_metrics.*."
     "max_difficulty",
     "", DSC_LATER},
    {"data_efficiency.data_sampling.curriculum_learning.curriculum_metrics.*."
     "schedule_type",
     "", DSC_LATER},
    DSC_CURRICULUM("data_efficiency.data_sampling.curriculum_learning."
                   "curriculum_metrics.*.schedule_config"),
    {"data_efficiency.data_sampling.dynamic_batching.enabled", "false",
     DSC_LATER},
    {"data_efficiency.data_sampling.dynamic_batching.metrics_path", "",
     DSC_LATER},
    {"data_efficiency.data_sampling.dynamic_batching.lr_scaling_method",
     "\"linear\"", DSC_LATER},
    {"data_efficiency.data_sampling.dynamic_batching.min_batch_size", "1",
     DSC_LATER},
    {"data_efficiency.data_sampling.dynamic_batching.max_batch_size", "",
     DSC_LATER},
    {"data_efficiency.data_sampling.dynamic_batching.sequence_picking_order",
     "\"dataloader\"", DSC_LATER},
    {"data_efficiency.data_sampling.dynamic_batching.max_tokens", "",
     DSC_LATER},
    {"data_efficiency.data_sampling.dynamic_batching.verbose", "false",
     DSC_LATER},
    {"data_efficiency.data_routing.enabled", "false", DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.enabled", "false", DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.total_layer_num", "", DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.random_ltd_layer_num", "",
     DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.random_ltd_layer_id", "",
     DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.model_mask_name", "", DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.model_type", "", DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.hidden_state_order", "",
     DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.random_ltd_schedule.min_value",
     "", DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.random_ltd_schedule.max_value",
     "", DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.random_ltd_schedule."
     "schedule_type",
     "", DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.random_ltd_schedule."
     "schedule_config.require_steps",
     "", DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.random_ltd_schedule."
     "schedule_config.seq_per_step",
     "", DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.layer_token_lr_schedule.enabled",
     "false", DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.layer_token_lr_schedule."
     "total_layer_tokens",
     "", DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.layer_token_lr_schedule."
     "warmup_type",
     "", DSC_LATER},
    {"data_efficiency.data_routing.random_ltd.layer_token_lr_schedule."
     "warmup_layer_tokens",
     "", DSC_LATER},
    DSC_CURRICULUM("curriculum_learning.schedule_config"),
    // Parallelism.
    DSC_TENSOR_RANKS("tensor_parallel.tensor_parallel"),
    DSC_TENSOR_RANKS("tensor_parallel.tp"),
    {"tensor_parallel.partition_config.use_default_specs", "true", DSC_TENSOR},
    {"tensor_parallel.partition_config.layer_specs.*.patterns", "", DSC_TENSOR},
    {"tensor_parallel.partition_config.layer_specs.*.partition_type",
     "\"column\"", DSC_TENSOR},
    {"tensor_parallel.partition_config.layer_specs.*.gather_output", "false",
     DSC_TENSOR},
    {"tensor_parallel.partition_config.layer_specs.*.grad_allreduce", "false",
     DSC_TENSOR},
    {"tensor_parallel.partition_config.layer_specs.*.shape", "", DSC_TENSOR},
    {"tensor_parallel.partition_config.layer_specs.*.partition_dim", "",
     DSC_TENSOR},
    {"tensor_parallel.partition_config.layer_specs.*.model_types", "",
     DSC_TENSOR},
    {"tensor_parallel.partition_config.embedding_partition_dim", "1",
     DSC_TENSOR},
    {"tensor_parallel.partition_config.lm_head_patterns",
     "[\"lm_head\", \"embed_out\"]", DSC_TENSOR},
    {"tensor_parallel.partition_config.strict_mode", "false", DSC_TENSOR},
    {"tensor_parallel.partition_config.tp_size", "1", DSC_TENSOR},
    // Tuning.
    {"zero_optimization.zeropp_loco_param.err_beta", "", DSC_LATER},
    {"zero_optimization.zeropp_loco_param.reset_T", "", DSC_LATER},
    {"zero_optimization.leaf_module.classes", "", DSC_TUNING},
    {"zero_optimization.leaf_module.names", "[]", DSC_TUNING},
    {"zero_optimization.leaf_module.name_suffixes", "[]", DSC_TUNING},
    {"autotuning.model_info.profile", "false", DSC_TUNER},
    {"autotuning.model_info.num_params", "", DSC_TUNER},
    {"autotuning.model_info.hidden_size", "", DSC_TUNER},
    {"autotuning.model_info.num_layers", "", DSC_TUNER}};

llvm::ArrayRef<KnownKey> dsc::importing::deepSpeedTableKeys() { return keys; }
