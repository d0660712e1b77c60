//===- Sources.td - where samples come from -----------------*- tablegen -*-===//
//
// [data] and its [[data.source]] tables, one op per kind of source. What a survey
// of the files learns is recorded on the source, so that a run can refuse others.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_SOURCES_TD
#define DSC_SOURCES_TD

include "dialect/Dsc/DscBase.td"
include "dialect/Dsc/DscInterfaces.td"

/// What the survey fills: `files` is an array of {path, bytes, sha256}; samples
/// are those of one pass over the records; `columns` and `classes` are of csv.
defvar surveyed = (ins OptionalAttr<ArrayAttr>:$files,
                       OptionalAttr<I64Attr>:$training_samples,
                       OptionalAttr<I64Attr>:$heldout_samples,
                       OptionalAttr<I64Attr>:$columns,
                       OptionalAttr<I64Attr>:$classes);

def Dsc_DataOp : Dsc_Table<"data", "data", [
    Key<"tokenizer", Text, "how text becomes tokens: \"bytes\"", "\"bytes\"",
        ["vocab_file", "tokenizer_name", "tokenizer_path", "tokenizer_type"]>,
    Key<"sequence", Count, "tokens in a sample; default: the model's context", "",
        ["seq_len", "seq_length", "sequence_length", "max_seq_len",
         "max_seq_length", "max_length", "block_size"]>],
    [ReservedKey<"shuffle", "how the order of the samples is drawn">,
     ReservedKey<"workers", "threads that read ahead",
                 ["num_workers", "dataloader_num_workers"]>]> {
  let summary = "what the model learns from";
  let description = [{
    Samples come from the sources, shuffled by the seed of [train]. Passes fill
    `vocabulary`, the tokens that the tokenizer knows.
  }];
  let resolved = (ins OptionalAttr<I64Attr>:$vocabulary);
  let assemblyFormat = "attr-dict";
}

defvar sourceKeys = [
  Key<"name", Text, "names the source for [[eval]] and for overlays; default: its kind">,
  RequiredKey<"path", Path, "files to read: globs, and ${VAR} that is expanded when they are opened",
              ["file", "files", "filename", "data_files", "data_path",
               "dataset", "dataset_name", "train_file"]>,
  Key<"weight", Positive, "share of the samples drawn from this source; only 1 so far", "1.0",
      ["proportion", "sampling_ratio"]>,
  Key<"holdout", Share, "records drawn at random by the seed, never trained on", "",
      ["validation_split", "val_split", "valid_split", "test_size", "val_fraction"]>,
  Key<"limit", Count, "records to read; default: all", "",
      ["max_records", "max_samples", "max_train_samples"]>,
  Key<"repeat", Switch, "whether training may pass over the source more than once", "true">
];

/// A source of kind `k`, with keys of its own.
class Dsc_Source<string k, list<Key> own = [], list<ReservedKey> reserved_ = []>
    : Dsc_Table<k # "_source", "data.source", !listconcat(sourceKeys, own), reserved_,
                [Dsc_SourceInterface]> {
  let kind = k;
  let array = 1;
  let resolved = surveyed;
  let assemblyFormat = "attr-dict";
  code kindMethod = "::llvm::StringRef getSourceKind() { return \"" # k # "\"; }\n";
  let extraClassDeclaration = kindMethod;
}

def Dsc_TextSourceOp : Dsc_Source<"text", [
    Key<"record", OneOf<["file", "paragraph", "line"]>, "what is shuffled and held out", "\"file\"">]> {
  let summary = "plain text, tokenized and packed into samples of data.sequence tokens";
  let extraClassDeclaration = kindMethod # [{
    ::llvm::StringRef getRecordKind() { return getRecord().value_or("file"); }
  }];
}

def Dsc_CsvSourceOp : Dsc_Source<"csv", [
    Key<"field", Text, "the column that the model predicts; default: the last one", "",
        ["target", "label", "target_column", "label_column"]>]> {
  let summary = "rows of numbers with a class to predict";
  let extraClassDeclaration = kindMethod # [{
    ::llvm::StringRef getTargetField() { return getField().value_or(""); }
  }];
}

def : ReservedTable<"data.source", "tokens">;
def : ReservedTable<"data.source", "jsonl">;
def : ReservedTable<"data.source", "npy">;
def : ReservedTable<"data.source", "images">;

#endif // DSC_SOURCES_TD
