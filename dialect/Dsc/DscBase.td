//===- DscBase.td - tables, keys and their types -----------*- tablegen -*-===//
//
// The `dsc` dialect is the recipe: one op per TOML table, one inherent attribute
// per key. This file says what a table and a key are; everything that the
// importer, the messages, the defaults, the schema and the key reference know of
// a key stands in its Key record and nowhere else.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_BASE_TD
#define DSC_BASE_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"

def Dsc_Dialect : Dialect {
  let name = "dsc";
  let cppNamespace = "::dsc";
  let summary = "a training recipe as its author wrote it";
  let description = [{
    One op per TOML table and one attribute per key. An op's location is a fused
    location whose metadata, a dictionary, maps each key to the range in the TOML
    file that it came from, or to its origin: `--set`, or "refused" where a default
    is in a bad value's place. A key without a place has its default.
  }];
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::math::MathDialect"];
}

//===----------------------------------------------------------------------===//
// Values with a meaning of their own
//===----------------------------------------------------------------------===//

class Dsc_Attr<string attrName, string mnem> : AttrDef<Dsc_Dialect, attrName> {
  let mnemonic = mnem;
}

def Dsc_LengthAttr : Dsc_Attr<"Length", "length"> {
  let summary = "a length of training: a number and a unit";
  let description = [{
    `unit` is one of steps, samples, tokens, epochs, evals, percent, rest. `value`
    is exact for counts; a percentage (5 for "5%") is of the whole run. The rest is
    all of it (0) or a share of it (30 for "30% of rest").
  }];
  let parameters = (ins "::mlir::FloatAttr":$value, StringRefParameter<"unit">:$unit);
  let assemblyFormat = "`<` $value `,` $unit `>`";
}

def Dsc_AmountAttr : Dsc_Attr<"Amount", "amount"> {
  let summary = "a learning rate: a number, or a percentage of the peak";
  let description = [{ `value` is 10 for "10%", so that peak * value / 100 rounds once. }];
  let parameters = (ins "::mlir::FloatAttr":$value, "bool":$ofPeak);
  let assemblyFormat = "`<` $value `,` $ofPeak `>`";
}

//===----------------------------------------------------------------------===//
// Key types. `words` finish the sentence "expected ...".
//===----------------------------------------------------------------------===//

class KeyType<string id, Attr storage, string expected> {
  string name = id;        // picks the converter in compiler/Recipe
  Attr attribute = storage;
  string words = expected;
}

def Dsc_F64 : TypedAttrBase<F64, "FloatAttr",
    CPred<"::llvm::isa<::mlir::FloatAttr>($_self)">, "a number"> {
  let returnType = [{ double }];
  let convertFromStorage = "$_self.getValueAsDouble()";
}
class Dsc_F64If<code predicate, string what> : ConfinedAttr<Dsc_F64, [
    AttrConstraint<CPred<"[&](double v) { return " # predicate #
      "; }(::llvm::cast<::mlir::FloatAttr>($_self).getValueAsDouble())">, what>]>;
class Dsc_I64If<code predicate, string what> : ConfinedAttr<I64Attr, [
    AttrConstraint<CPred<"[&](int64_t v) { return " # predicate #
      "; }(::llvm::cast<::mlir::IntegerAttr>($_self).getInt())">, what>]>;

def Text     : KeyType<"text", StrAttr, "a text">;
def Path     : KeyType<"path", StrAttr, "a path">;
def Texts    : KeyType<"texts", StrArrayAttr, "an array of texts">;
def Switch   : KeyType<"switch", BoolAttr, "true or false">;
// Of two of them the sum, and of one a small multiple, is an integer of 64 bits; Convert.cpp names the bound.
def Count    : KeyType<"integer", Dsc_I64If<"v >= 1 && v <= 1000000000000000", "a positive integer">, "a positive integer">;
// Products of stairs and steps stay integers of 64 bits.
def StairCount : KeyType<"integer", Dsc_I64If<"v >= 1 && v <= 4096", "an integer from 1 to 4096">, "an integer from 1 to 4096">;
def Natural  : KeyType<"integer", Dsc_I64If<"v >= 0", "an integer of 0 or more">, "an integer of 0 or more">;
// Which of them there are is for the table of Placements.td to say.
def ZeroStage : KeyType<"integer", Dsc_I64If<"v >= 0 && v <= 3", "0, 1, 2 or 3">, "0, 1 or 2">;
// "auto" stays the text that it is; an integer is an I64Attr.
def CountOrAuto : KeyType<"integer_or_auto", ConfinedAttr<AnyAttr, [
    AttrConstraint<CPred<"[](::mlir::Attribute a) { auto word = ::llvm::dyn_cast<::mlir::StringAttr>(a); "
      "auto count = ::llvm::dyn_cast<::mlir::IntegerAttr>(a); "
      "return word ? word.getValue() == \"auto\" : count && count.getInt() >= 1; }($_self)">,
      "\\\"auto\\\" or a positive integer">]>, "\"auto\" or a positive integer">;
def Number   : KeyType<"number", Dsc_F64, "a number">;
def NonNegative : KeyType<"number", Dsc_F64If<"v >= 0 && v <= 1e30", "a number of 0 or more">, "a number of 0 or more">;
def Positive : KeyType<"number", Dsc_F64If<"v > 0 && v <= 1e30", "a positive number">, "a positive number">;
def Fraction : KeyType<"number", Dsc_F64If<"v >= 0 && v < 1", "a number from 0 up to, not including, 1">, "a number from 0 up to, not including, 1">;
def UpToOne  : KeyType<"number", Dsc_F64If<"v > 0 && v <= 1", "a number above 0, up to 1">, "a number above 0, up to 1">;
def Counts   : KeyType<"integers", ConfinedAttr<I64ArrayAttr, [AttrConstraint<
    CPred<"::llvm::all_of(::llvm::cast<::mlir::ArrayAttr>($_self).getAsRange<::mlir::IntegerAttr>(), "
          "[](::mlir::IntegerAttr v) { return v.getInt() >= 1; })">,
    "of positive integers">]>, "an array of positive integers">;
def Numbers  : KeyType<"numbers", F64ArrayAttr, "an array of numbers">;
def Betas    : KeyType<"numbers", ConfinedAttr<F64ArrayAttr, [AttrConstraint<
    CPred<"::llvm::cast<::mlir::ArrayAttr>($_self).size() == 2 && "
          "::llvm::all_of(::llvm::cast<::mlir::ArrayAttr>($_self).getAsRange<::mlir::FloatAttr>(), "
          "[](::mlir::FloatAttr v) { return v.getValueAsDouble() >= 0 && v.getValueAsDouble() < 1; })">,
    "of two numbers from 0 up to, not including, 1">]>,
    "two numbers from 0 up to, not including, 1, as in [0.9, 0.999]">;
def Share    : KeyType<"share", Dsc_F64If<"v >= 0 && v < 1", "a percentage below 100%">, "a percentage such as \"5%\"">;
// Of a clock, in seconds.
def TimeSpan : KeyType<"time", Dsc_F64If<"v > 0 && v <= 1e9", "a positive number of seconds">,
    "a time such as \"90 s\", \"10 min\" or \"1 h\"">;
def Duration : KeyType<"length", Dsc_LengthAttr, "a length such as \"1000 steps\", \"2 epochs\" or \"5%\"">;
class CountUpTo<int most> : KeyType<"integer", Dsc_I64If<"v >= 1 && v <= " # most,
    "an integer from 1 to " # most>, "an integer from 1 to " # most>;
class NumberFrom<string low, string high> : KeyType<"number",
    Dsc_F64If<"v >= " # low # " && v <= " # high, "a number from " # low # " to " # high>,
    "a number from " # low # " to " # high>;
def Lengths  : KeyType<"lengths", TypedArrayAttrBase<Dsc_LengthAttr, "an array of lengths">,
    "an array of lengths such as [\"30%\", \"60%\"]">;
// An array of pairs, [#dsc.length, #dsc.amount].
def Points   : KeyType<"points", ArrayAttr, "an array of places and values such as [[\"10%\", 1e-3], [\"50%\", \"10%\"]]">;
def Amount   : KeyType<"amount", Dsc_AmountAttr, "a number, or a percentage of the peak such as \"10%\"">;
def Track    : KeyType<"track", DictionaryAttr, "a number, or { from = ..., to = ... }">;
def Match    : KeyType<"match", DictionaryAttr, "{ names = [...] }, { dims = ... } or { role = ... }"> {
  list<string> choices = ["norm", "bias", "embedding", "head", "weight"]; // of role
}
class OneOf<list<string> words_> : KeyType<"choice", ConfinedAttr<StrAttr, [
    AttrConstraint<CPred<"::llvm::is_contained({" # !interleave(!foreach(w, words_, "\"" # w # "\""), ", ") #
      "}, ::llvm::cast<::mlir::StringAttr>($_self).getValue())">, "one of " # !interleave(words_, ", ")>]>,
    "one of " # !interleave(!foreach(w, words_, "\"" # w # "\""), ", ")> {
  list<string> choices = words_;
}

/// A key of a table.
///   def       the default, as TOML; "" when there is none
///   others    what other tools call it: used in hints and by importers only
class Key<string n, KeyType t, string d, string def_ = "", list<string> others_ = []> {
  string name = n;
  KeyType type = t;
  string doc = d;
  string default = def_;
  list<string> others = others_;
  bit required = 0;
  // Name of the attribute, where the key's own would hide a C++ method.
  string attributeName = !if(!eq(n, "context"), "context_length", n);
  Attr optional = OptionalAttr<t.attribute>;
}
class RequiredKey<string n, KeyType t, string d, list<string> others_ = []>
    : Key<n, t, d, "", others_> { let required = 1; }

/// A value written as an inline table with keys of its own. It is kept as a
/// dictionary that has every member with a default.
class Members<string expected, list<Key> members_> : KeyType<"members", DictionaryAttr, expected> {
  list<Key> members = members_;
}

/// A key that the language reserves: answered with 'not supported yet'.
class ReservedKey<string n, string d, list<string> others_ = []> {
  string name = n;
  string doc = d;
  list<string> others = others_;
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

class Dsc_Op<string mnemonic, list<Trait> traits = []>
    : Op<Dsc_Dialect, mnemonic, traits>;

/// An op for the TOML table at `path_` ("train", "schedule.phase"). Tables whose
/// keys depend on `kind` have one op per kind, with `kind_` set; `array` tables
/// are written [[path]]. `resolved` are attributes that passes fill and no
/// author writes.
class Dsc_Table<string mnemonic, string path_, list<Key> keys_,
                list<ReservedKey> reserved_ = [], list<Trait> traits = []>
    : Dsc_Op<mnemonic, traits> {
  string path = path_;
  string kind = "";
  string kindFrom = ""; // the key of the table above that says the kind, where `kind` does not
  list<string> kindOthers = []; // what other tools call the kind, in lower case: for hints
  bit array = 0;
  list<Key> keys = keys_;
  list<ReservedKey> reserved = reserved_;
  dag resolved = (ins);
  let arguments = !con(
      !dag(ins, !foreach(k, keys_, k.optional), !foreach(k, keys_, k.attributeName)),
      resolved);
}

/// A table or a kind that the language reserves, answered the same way.
class ReservedTable<string p, string k = ""> { string path = p; string kind = k; }

/// The order in which a recipe is read, printed and documented; the empty path is
/// the top of the recipe, and a table that is not here comes last.
def Dsc_PaperOrder {
  list<string> paths = ["", "model", "data", "data.source", "eval", "optimizer",
                        "optimizer.group", "schedule", "schedule.params", "schedule.phase", "schedule.repeat",
                        "train",
                        "parallel", "checkpoint", "log"];
}

#endif // DSC_BASE_TD
