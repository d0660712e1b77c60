//===- TransformersKeys.cpp - what a recipe has no place for --------------===//
//
// Fields of TrainingArguments with their default, at which nothing is lost.
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Parts.h"

#define DSC_LATER "not supported yet"
#define DSC_EVAL "evaluations are [[eval]] tables of a recipe"
#define DSC_DATA "data are [data] of a recipe"
#define DSC_HUB "a recipe does not publish models"
#define DSC_DIAGNOSTIC "a diagnostic of the trainer's own"

/// The trainer takes every key of its fsdp_config with and without the prefix.
#define DSC_FSDP(name, usual)                                                  \
  {"fsdp_config." name, usual, "sharding is " DSC_LATER}, {                    \
    "fsdp_config.fsdp_" name, usual, "sharding is " DSC_LATER                  \
  }

static constexpr dsc::importing::KnownKey keys[] = {
    // What to do, and where.
    {"overwrite_output_dir", "false", "a run never overwrites another"},
    {"do_train", "false or true", "dsc run trains"},
    {"do_eval", "false", DSC_EVAL},
    {"do_predict", "false", "dsc sample lets a model write"},
    {"resume_from_checkpoint", "", "dsc run --resume"},
    {"ignore_data_skip", "false", "a resume goes on where it was"},
    {"project", "\"huggingface\"", DSC_HUB},
    {"trackio_space_id", "\"trackio\"", DSC_LATER},
    // Evaluation.
    {"eval_strategy", "\"no\"", DSC_EVAL},
    {"evaluation_strategy", "\"no\"", DSC_EVAL},
    {"eval_steps", "", DSC_EVAL},
    {"eval_delay", "0", DSC_EVAL},
    {"eval_on_start", "false", DSC_EVAL},
    {"eval_accumulation_steps", "", DSC_EVAL},
    {"eval_do_concat_batches", "true", DSC_EVAL},
    {"eval_use_gather_object", "false", DSC_EVAL},
    {"per_device_eval_batch_size", "8", DSC_EVAL},
    {"per_gpu_train_batch_size", "",
     "superseded by per_device_train_batch_size"},
    {"per_gpu_eval_batch_size", "", DSC_EVAL},
    {"use_legacy_prediction_loop", "false", DSC_EVAL},
    {"batch_eval_metrics", "false", DSC_EVAL},
    {"prediction_loss_only", "false", DSC_EVAL},
    {"include_inputs_for_metrics", "false", DSC_EVAL},
    {"include_for_metrics", "[]", DSC_EVAL},
    {"load_best_model_at_end", "false", "keep_best is " DSC_LATER},
    {"metric_for_best_model", "", "keep_best is " DSC_LATER},
    {"greater_is_better", "", "keep_best is " DSC_LATER},
    // Optimizer and arithmetic.
    {"optim_args", "", DSC_LATER},
    {"optim_target_modules", "", DSC_LATER},
    {"adafactor", "false", DSC_LATER},
    {"label_smoothing_factor", "0.0", DSC_LATER},
    {"neftune_noise_alpha", "", DSC_LATER},
    {"average_tokens_across_devices", "true",
     "losses are averaged over tokens"},
    {"liger_kernel_config", "", DSC_LATER},
    {"use_liger_kernel", "false", DSC_LATER},
    {"tf32", "", "f32 is f32"},
    {"fp16_opt_level", "\"O1\"", "Apex is not there; bf16 is"},
    {"half_precision_backend", "\"auto\"", "there is one"},
    {"fp16_backend", "\"auto\"", "there is one"},
    {"bf16_full_eval", "false", DSC_EVAL},
    {"fp16_full_eval", "false", DSC_EVAL},
    {"gradient_checkpointing", "false", "recomputation is " DSC_LATER},
    {"gradient_checkpointing_kwargs", "", "recomputation is " DSC_LATER},
    {"torch_compile", "false", "the compiler fuses by itself"},
    {"torch_compile_backend", "", "the compiler fuses by itself"},
    {"torch_compile_mode", "", "the compiler fuses by itself"},
    {"torch_empty_cache_steps", "", "memory is planned"},
    {"jit_mode_eval", "false", "the compiler fuses by itself"},
    {"use_ipex", "false", DSC_LATER},
    // Data.
    {"data_seed", "", "'seed' draws the order of the samples too"},
    {"dataloader_drop_last", "false", "an epoch is whole batches"},
    {"dataloader_num_workers", "0", DSC_DATA},
    {"dataloader_pin_memory", "true", DSC_DATA},
    {"dataloader_persistent_workers", "false", DSC_DATA},
    {"dataloader_prefetch_factor", "", DSC_DATA},
    {"group_by_length", "false", DSC_LATER},
    {"length_column_name", "\"length\"", DSC_LATER},
    {"train_sampling_strategy", "\"random\"", DSC_LATER},
    {"remove_unused_columns", "true", DSC_DATA},
    {"label_names", "", DSC_DATA},
    {"past_index", "-1", DSC_LATER},
    // Logging and saving.
    {"log_level", "\"passive\"", DSC_DIAGNOSTIC},
    {"log_level_replica", "\"warning\"", DSC_DIAGNOSTIC},
    {"log_on_each_node", "true", DSC_DIAGNOSTIC},
    {"logging_dir", "", "a run writes into its own directory"},
    {"logging_first_step", "false", "the first step is always logged"},
    {"logging_nan_inf_filter", "true", "a loss that is not finite is shown"},
    {"disable_tqdm", "false", DSC_DIAGNOSTIC},
    {"include_num_input_tokens_seen", "false or \"no\"",
     "tokens are always counted"},
    {"include_tokens_per_second", "false", "always measured"},
    {"skip_memory_metrics", "true", DSC_DIAGNOSTIC},
    {"debug", "\"\" or []", DSC_DIAGNOSTIC},
    {"save_safetensors", "true", "checkpoints are safetensors"},
    {"save_on_each_node", "false", DSC_LATER},
    {"save_only_model", "false", "a checkpoint holds all that a resume needs"},
    {"enable_jit_checkpoint", "false", "SIGTERM saves"},
    {"restore_callback_states_from_checkpoint", "false", DSC_LATER},
    {"auto_find_batch_size", "false", DSC_LATER},
    // Machines.
    {"no_cuda", "false", "'device' of [train]"},
    {"use_cpu", "false", "'device' of [train]"},
    {"use_mps_device", "false", DSC_LATER},
    {"local_rank", "-1 or 0", "the launcher says it"},
    {"ddp_backend", "", "chosen by the device"},
    {"ddp_find_unused_parameters", "", "every parameter is used"},
    {"ddp_bucket_cap_mb", "", "the compiler chooses buffers"},
    {"ddp_broadcast_buffers", "", "there are none"},
    {"ddp_timeout", "1800", DSC_LATER},
    {"fsdp", "\"\" or []", "sharding is " DSC_LATER},
    {"fsdp_min_num_params", "0", "sharding is " DSC_LATER},
    {"fsdp_config", "", "sharding is " DSC_LATER}, // the path of a file
    DSC_FSDP("min_num_params", "0"),
    DSC_FSDP("transformer_layer_cls_to_wrap", ""),
    DSC_FSDP("backward_prefetch", ""),
    DSC_FSDP("forward_prefetch", "false"),
    DSC_FSDP("limit_all_gathers", "false"),
    DSC_FSDP("use_orig_params", "true"),
    DSC_FSDP("sync_module_states", "true"),
    DSC_FSDP("cpu_ram_efficient_loading", "false"),
    DSC_FSDP("activation_checkpointing", "false"),
    DSC_FSDP("version", ""),
    DSC_FSDP("reshard_after_forward", ""),
    DSC_FSDP("state_dict_type", ""),
    DSC_FSDP("auto_wrap_policy", ""),
    {"fsdp_config.xla", "false", "sharding is " DSC_LATER},
    {"fsdp_config.xla_fsdp_v2", "false", "sharding is " DSC_LATER},
    {"fsdp_config.xla_fsdp_grad_ckpt", "false", "sharding is " DSC_LATER},
    // What torch_xla takes: any key.
    {"fsdp_config.xla_fsdp_settings", "{}", "sharding is " DSC_LATER},
    {"fsdp_transformer_layer_cls_to_wrap", "", "sharding is " DSC_LATER},
    {"accelerator_config", "", DSC_LATER}, // the path of a file
    {"accelerator_config.split_batches", "false", DSC_LATER},
    {"accelerator_config.dispatch_batches", "", DSC_LATER},
    {"accelerator_config.even_batches", "true", DSC_LATER},
    {"accelerator_config.use_seedable_sampler", "true", DSC_LATER},
    {"accelerator_config.non_blocking", "false", DSC_LATER},
    {"accelerator_config.use_configured_state", "false", DSC_LATER},
    {"accelerator_config.gradient_accumulation_kwargs.num_steps", "",
     DSC_LATER},
    {"accelerator_config.gradient_accumulation_kwargs.adjust_scheduler", "true",
     DSC_LATER},
    {"accelerator_config.gradient_accumulation_kwargs.sync_with_dataloader",
     "true", DSC_LATER},
    {"accelerator_config.gradient_accumulation_kwargs.sync_each_batch", "false",
     DSC_LATER},
    {"parallelism_config", "", DSC_LATER},
    {"tpu_num_cores", "", DSC_LATER},
    {"tpu_metrics_debug", "false", DSC_LATER},
    {"torchdynamo", "", "the compiler fuses by itself"},
    {"ray_scope", "\"last\"", DSC_LATER},
    {"mp_parameters", "\"\"", DSC_LATER},
    // The hub.
    {"push_to_hub", "false", DSC_HUB},
    {"hub_model_id", "", DSC_HUB},
    {"hub_strategy", "\"every_save\"", DSC_HUB},
    {"hub_token", "\"<HUB_TOKEN>\"", DSC_HUB},
    {"hub_private_repo", "", DSC_HUB},
    {"hub_always_push", "false", DSC_HUB},
    {"hub_revision", "", DSC_HUB},
    {"push_to_hub_model_id", "", DSC_HUB},
    {"push_to_hub_organization", "", DSC_HUB},
    {"push_to_hub_token", "\"<PUSH_TO_HUB_TOKEN>\"", DSC_HUB}};

llvm::ArrayRef<dsc::importing::KnownKey> dsc::importing::transformersKeys() {
  return keys;
}
