//===- Schemas.td - the values of keys as JSON schemas ------*- tablegen -*-===//
//
// What `dsc schema` says of a value, beside what the converters in
// compiler/Recipe accept. Choices and members of inline tables come from their
// types.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_SCHEMAS_TD
#define DSC_SCHEMAS_TD

include "dialect/Dsc/DscOps.td"

/// All values that a converter (KeyType::name) takes.
class ValueSchema<string converter_, string schema_> {
  string converter = converter_;
  string schema = schema_;
}

/// What one type of key adds to that of its converter.
class NarrowerSchema<KeyType type_, string schema_> {
  KeyType type = type_;
  string schema = schema_;
}

//===----------------------------------------------------------------------===//
// Patterns: numbers and units as compiler/Recipe/Quantity.cpp reads them
//===----------------------------------------------------------------------===//

defvar decimalPattern = "[0-9]+(_[0-9]+)*([.][0-9]+(_[0-9]+)*)?([eE][-+]?[0-9]+)?";
defvar percentPattern = !strconcat("^", decimalPattern, "%$");
defvar lengthPattern = !strconcat("^(rest|", decimalPattern, "%( of rest)?|", decimalPattern,
    "[kMBT]? (step|sample|token|epoch|eval)s?)$");
defvar lengthSchema = !strconcat([{ {"type": "string", "pattern": "}], lengthPattern,
    [{", "examples": ["1000 steps", "2 epochs", "3M tokens", "5%", "rest"]} }]);
defvar amountSchema = !strconcat([{ {"type": ["number", "string"], "minimum": 0, "pattern": "}],
    percentPattern, [{", "examples": [1e-3, "10%"]} }]);

//===----------------------------------------------------------------------===//
// Converters
//===----------------------------------------------------------------------===//

def : ValueSchema<"text", [{ {"type": "string", "minLength": 1} }]>;
def : ValueSchema<"path", [{ {"type": "string", "minLength": 1} }]>;
def : ValueSchema<"texts", [{ {"type": "array", "items": {"type": "string", "minLength": 1}} }]>;
def : ValueSchema<"choice", [{ {"type": "string"} }]>;
def : ValueSchema<"switch", [{ {"type": "boolean"} }]>;
def : ValueSchema<"integer", [{ {"type": "integer"} }]>;
def : ValueSchema<"integers", [{ {"type": "array", "items": {"type": "integer"}} }]>;
def : ValueSchema<"integer_or_auto",
    [{ {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 1} ], "examples": ["auto"]} }]>;
def : ValueSchema<"number", [{ {"type": "number"} }]>;
def : ValueSchema<"numbers", [{ {"type": "array", "items": {"type": "number"}} }]>;
def : ValueSchema<"share", !strconcat([{ {"type": "string", "pattern": "}], percentPattern,
    [{", "examples": ["5%"]} }])>;
def : ValueSchema<"time", !strconcat([{ {"type": "string", "pattern": "^}], decimalPattern,
    [{ (s|min|h)$", "examples": ["90 s", "10 min", "1 h"]} }])>;
def : ValueSchema<"length", lengthSchema>;
def : ValueSchema<"lengths", !strconcat([{ {"type": "array", "minItems": 1, "items": }], lengthSchema, "}")>;
def : ValueSchema<"amount", amountSchema>;
def : ValueSchema<"points", !strconcat([{ {"type": "array", "minItems": 1, "items": {"type": "array",
    "minItems": 2, "maxItems": 2, "prefixItems": [ }], lengthSchema, ", ", amountSchema, "]}}")>;
def : ValueSchema<"track", [{ {"type": ["number", "object"],
    "properties": {"from": {"type": "number"}, "to": {"type": "number"}},
    "minProperties": 1, "additionalProperties": false} }]>;
def : ValueSchema<"match", !strconcat([{ {"type": "object", "properties": {
      "names": {"type": "array", "items": {"type": "string", "minLength": 1}},
      "dims": {"type": "integer", "minimum": 0},
      "role": {"enum": ["}], !interleave(Match.choices, "\", \""), [{"]}},
    "minProperties": 1, "additionalProperties": false} }])>;
def : ValueSchema<"members", [{ {"type": "object", "additionalProperties": false} }]>;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

def : NarrowerSchema<Count, [{ {"minimum": 1, "maximum": 1000000000000000} }]>;
def : NarrowerSchema<ZeroStage, [{ {"minimum": 0, "maximum": 3} }]>;
def : NarrowerSchema<StairCount, [{ {"minimum": 1, "maximum": 4096} }]>;
def : NarrowerSchema<Natural, [{ {"minimum": 0} }]>;
def : NarrowerSchema<Counts, [{ {"items": {"type": "integer", "minimum": 1}} }]>;
def : NarrowerSchema<NonNegative, [{ {"minimum": 0} }]>;
def : NarrowerSchema<Positive, [{ {"exclusiveMinimum": 0} }]>;
def : NarrowerSchema<Fraction, [{ {"minimum": 0, "exclusiveMaximum": 1} }]>;
def : NarrowerSchema<UpToOne, [{ {"exclusiveMinimum": 0, "maximum": 1} }]>;
def : NarrowerSchema<Betas, [{ {"minItems": 2, "maxItems": 2,
    "items": {"type": "number", "minimum": 0, "exclusiveMaximum": 1}, "examples": [[0.9, 0.95] ]} }]>;

#endif // DSC_SCHEMAS_TD
