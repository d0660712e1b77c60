//===- Models.td - the catalogue of architectures -----------*- tablegen -*-===//
//
// One def for each `kind` of [model]; its graph is built in Models/<Name>.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_MODELS_TD
#define DSC_MODELS_TD

include "dialect/Dsc/DscBase.td"
include "dialect/Dsc/DscInterfaces.td"

defvar modelKeys = [
  Key<"dropout", Fraction, "share of activations that training drops; only 0 for now", "0",
      ["resid_pdrop", "embd_pdrop", "attn_pdrop", "hidden_dropout", "dropout_rate"]>,
  Key<"init", Path, "directory with config.json and safetensors to start from; default: random values", "",
      ["init_from", "from_pretrained", "pretrained_model_name_or_path", "model_name_or_path", "checkpoint_path"]>
];

/// An architecture of kind `k`, with its own keys first.
class Dsc_Model<string mnemonic, string k, list<Key> own>
    : Dsc_Table<mnemonic, "model", !listconcat(own, modelKeys), [],
                [DeclareOpInterfaceMethods<Dsc_ModelInterface>]> {
  let kind = k;
  let assemblyFormat = "attr-dict";
}

def Dsc_Gpt2Op : Dsc_Model<"gpt2", "gpt2", [
    RequiredKey<"layers", Count, "transformer blocks",
                ["n_layer", "n_layers", "num_layers", "num_hidden_layers", "depth"]>,
    RequiredKey<"heads", Count, "attention heads in a block; must divide width",
                ["n_head", "n_heads", "num_heads", "num_attention_heads"]>,
    RequiredKey<"width", Count, "size of the residual stream; the MLP is four times as wide",
                ["n_embd", "d_model", "hidden_size", "embed_dim", "dim"]>,
    RequiredKey<"context", Count, "longest sequence that the model can take, in tokens",
                ["n_positions", "n_ctx", "block_size", "max_position_embeddings", "max_seq_len", "context_length"]>,
    Key<"vocab", Count, "rows of the token embedding; default: the tokenizer's", "",
        ["vocab_size", "padded_vocab_size"]>,
    Key<"tie", Switch, "whether the output layer shares the token embedding", "true",
        ["tie_word_embeddings", "tie_weights", "share_embeddings"]>]> {
  let summary = "GPT-2 as Hugging Face's GPT2LMHeadModel";
  let description = [{
    Learned positions, pre-norm blocks, GELU in its tanh form, an output layer
    tied to the token embedding. Parameters have Hugging Face's names, shapes and
    orientation. Initial values are GPT-2's: normal of deviation 0.02, the
    projections into the residual stream 0.02 / sqrt(2 layers), biases 0, norms 1.
  }];
}

def Dsc_MlpOp : Dsc_Model<"mlp", "mlp", [
    RequiredKey<"hidden", Counts, "width of each hidden layer; [] is a linear model",
                ["hidden_layer_sizes", "hidden_sizes", "hidden_dims", "units"]>,
    Key<"activation", OneOf<["relu", "gelu", "tanh"]>, "what follows each hidden layer", "\"relu\"",
        ["activation_function", "hidden_act", "nonlinearity"]>]> {
  let summary = "a classifier of rows of numbers by fully connected layers";
  let description = [{
    Layers as torch.nn.Linear: weights [outputs, inputs], initial values uniform up
    to 1 / sqrt(inputs).
  }];
}

#endif // DSC_MODELS_TD
