//===- DeepSpeedKeys.cpp - what a recipe has no place for -----------------===//
//
// Keys of ds_config.json with the value at which nothing is lost: DeepSpeed's
// default, or "off" for a feature that is not enabled.
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Parts.h"

#include "llvm/ADT/STLExtras.h"

#include <vector>

using namespace dsc::importing;

#define DSC_LATER "not supported yet"
#define DSC_TUNING "the compiler chooses buffers and overlap"
#define DSC_DIAGNOSTIC "a diagnostic of DeepSpeed's own"
#define DSC_SCALER "loss scaling is not supported yet"

static constexpr KnownKey keys[] = {
    // Gradients and communication.
    {"communication_data_type", "", DSC_LATER},
    {"seq_parallel_communication_data_type", "\"fp32\"", DSC_LATER},
    {"gradient_allreduce_op", "\"mean\"", "gradients are always averaged"},
    {"prescale_gradients", "false", "gradients are scaled once, in f32"},
    {"gradient_predivide_factor", "1.0", "gradients are scaled once, in f32"},
    {"sparse_gradients", "false", DSC_LATER},
    {"disable_allgather", "false", DSC_TUNING},
    {"managed_gradient_accumulation", "true", "a run accumulates by itself"},
    {"data_types.grad_accum_dtype", "\"fp32\"", "gradients are summed in f32"},
    {"data_types.param_dtype", "", DSC_LATER},
    {"data_types.buffer_dtype", "", DSC_LATER},
    {"zero_allow_untested_optimizer", "false",
     "every optimizer can be sharded"},
    {"zero_force_ds_cpu_optimizer", "true", DSC_TUNING},
    {"optimizer.legacy_fusion", "false", DSC_TUNING},
    // Precision.
    {"fp16.auto_cast", "false", DSC_LATER},
    {"fp16.loss_scale", "0", DSC_SCALER},
    {"fp16.initial_scale_power", "16", DSC_SCALER},
    {"fp16.loss_scale_window", "1000", DSC_SCALER},
    {"fp16.hysteresis", "2", DSC_SCALER},
    {"fp16.consecutive_hysteresis", "false", DSC_SCALER},
    {"fp16.min_loss_scale", "1", DSC_SCALER},
    {"fp16.fp16_master_weights_and_grads", "false", "masters are f32"},
    {"bf16.immediate_grad_update", "false", DSC_TUNING},
    {"bf16.check_grad_overflow", "true", "gradients are always checked"},
    {"bf16.bf16_master_weights_and_grads", "false", "masters are f32"},
    {"bf16.bf16_optimizer_states", "false", "optimizer states are f32"},
    {"torch_autocast.dtype", "\"bfloat16\"", DSC_LATER},
    {"torch_autocast.lower_precision_safe_modules", "", DSC_LATER},
    // ZeRO.
    {"zero_optimization.allgather_bucket_size", "500000000", DSC_TUNING},
    {"zero_optimization.reduce_bucket_size", "500000000", DSC_TUNING},
    {"zero_optimization.contiguous_gradients", "true", DSC_TUNING},
    {"zero_optimization.reduce_scatter", "true", DSC_TUNING},
    {"zero_optimization.allgather_partitions", "true", DSC_TUNING},
    {"zero_optimization.use_multi_rank_bucket_allreduce", "true", DSC_TUNING},
    {"zero_optimization.overlap_comm", "", DSC_TUNING},
    {"zero_optimization.round_robin_gradients", "false", DSC_TUNING},
    {"zero_optimization.sub_group_size", "1000000000", DSC_TUNING},
    {"zero_optimization.load_from_fp32_weights", "true", "masters are saved"},
    {"zero_optimization.elastic_checkpoint", "false",
     "a checkpoint resumes at any number of ranks"},
    {"zero_optimization.ignore_unused_parameters", "true", DSC_DIAGNOSTIC},
    {"zero_optimization.stage3_max_live_parameters", "1000000000", DSC_TUNING},
    {"zero_optimization.stage3_max_reuse_distance", "1000000000", DSC_TUNING},
    {"zero_optimization.stage3_prefetch_bucket_size", "50000000", DSC_TUNING},
    {"zero_optimization.stage3_param_persistence_threshold", "100000",
     DSC_TUNING},
    {"zero_optimization.stage3_model_persistence_threshold", "", DSC_TUNING},
    {"zero_optimization.stage3_module_granularity_threshold", "0", DSC_TUNING},
    {"zero_optimization.stage3_gather_16bit_weights_on_model_save", "false",
     "a checkpoint holds whole tensors"},
    {"zero_optimization.stage3_gather_fp16_weights_on_model_save", "false",
     "a checkpoint holds whole tensors"},
    {"zero_optimization.stage3_use_all_reduce_for_fetch_params", "false",
     DSC_TUNING},
    {"zero_optimization.stage3_allgather_sequential", "false", DSC_TUNING},
    {"zero_optimization.zero_hpz_partition_size", "1", DSC_LATER},
    {"zero_optimization.zero_quantized_weights", "false", DSC_LATER},
    {"zero_optimization.zero_quantized_nontrainable_weights", "false",
     DSC_LATER},
    {"zero_optimization.zero_quantized_gradients", "false", DSC_LATER},
    {"zero_optimization.mics_shard_size", "-1", DSC_LATER},
    {"zero_optimization.mics_hierarchical_params_gather", "false", DSC_LATER},
    {"zero_optimization.memory_efficient_linear", "true", DSC_TUNING},
    {"zero_optimization.pipeline_loading_checkpoint", "false", DSC_TUNING},
    {"zero_optimization.override_module_apply", "true", DSC_TUNING},
    {"zero_optimization.log_trace_cache_warnings", "false", DSC_DIAGNOSTIC},
    {"zero_optimization.enable_sanity_checks", "false", DSC_DIAGNOSTIC},
    {"zero_optimization.save_muon_momentum_buffer_in_memory", "false",
     DSC_TUNING},
    {"zero_optimization.legacy_stage1", "false", DSC_TUNING},
    {"zero_optimization.cpu_offload", "false", "offload is " DSC_LATER},
    {"zero_optimization.cpu_offload_param", "false", "offload is " DSC_LATER},
    {"zero_optimization.cpu_offload_use_pin_memory", "",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_param.device", "\"none\"",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_param.nvme_path", "", "offload is " DSC_LATER},
    {"zero_optimization.offload_param.buffer_count", "5",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_param.buffer_size", "100000000",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_param.max_in_cpu", "1000000000",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_param.pin_memory", "", "offload is " DSC_LATER},
    {"zero_optimization.offload_optimizer.device", "\"none\"",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_optimizer.nvme_path", "",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_optimizer.buffer_count", "4",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_optimizer.pin_memory", "",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_optimizer.pipeline_read", "false",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_optimizer.pipeline_write", "false",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_optimizer.pipeline", "false",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_optimizer.fast_init", "false",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_optimizer.ratio", "1.0",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_optimizer.super_offload", "false",
     "offload is " DSC_LATER},
    {"zero_optimization.offload_optimizer.cpuadam_cores_perc", "0.8",
     "offload is " DSC_LATER},
    // Parallelism and memory.
    {"sequence_parallel_size", "1", "sequence parallelism is " DSC_LATER},
    {"activation_checkpointing.partition_activations", "false",
     "recomputation is " DSC_LATER},
    {"activation_checkpointing.cpu_checkpointing", "false",
     "recomputation is " DSC_LATER},
    {"activation_checkpointing.contiguous_memory_optimization", "false",
     "recomputation is " DSC_LATER},
    {"activation_checkpointing.number_checkpoints", "",
     "recomputation is " DSC_LATER},
    {"activation_checkpointing.synchronize_checkpoint_boundary", "false",
     "recomputation is " DSC_LATER},
    {"activation_checkpointing.profile", "false", DSC_DIAGNOSTIC},
    // Monitors and diagnostics.
    {"tensorboard.output_path", "\"\"", "a run writes into its own directory"},
    {"tensorboard.job_name", "\"DeepSpeedJobName\"",
     "'name' of the recipe names a run"},
    {"csv_monitor.output_path", "\"\"", "a run writes into its own directory"},
    {"csv_monitor.job_name", "\"DeepSpeedJobName\"",
     "'name' of the recipe names a run"},
    {"wandb.group", "", DSC_LATER},
    {"wandb.team", "", DSC_LATER},
    {"wandb.project", "\"deepspeed\"", DSC_LATER},
    {"dump_state", "false", DSC_DIAGNOSTIC},
    {"wall_clock_breakdown", "false", DSC_DIAGNOSTIC},
    {"memory_breakdown", "false", DSC_DIAGNOSTIC},
    // Data and checkpoints.
    {"dataloader_drop_last", "false", "an epoch is whole batches"},
    // Other features.
    {"use_data_before_expert_parallelism", "false", DSC_LATER},
    {"vocabulary_size", "", "the tokenizer says it"},
    {"log_level", "", DSC_DIAGNOSTIC},
    {"datastates_ckpt", "false", "a run keeps checkpoints of its own kind"},
    {"graph_harvesting", "false", DSC_LATER}};

llvm::ArrayRef<KnownKey> dsc::importing::deepSpeedKeys() {
  static const std::vector<KnownKey> all = [] {
    std::vector<KnownKey> all(std::begin(keys), std::end(keys));
    llvm::append_range(all, deepSpeedFeatureKeys());
    llvm::append_range(all, deepSpeedTableKeys());
    return all;
  }();
  return all;
}
