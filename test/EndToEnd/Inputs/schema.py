"""schema.py SCHEMA REFERENCE RECIPE...: what `dsc schema` prints, against the draft, the key reference and recipes.

Each recipe is valid; with a key misspelt or a value of another type, anywhere in it, it is not.
"""
import copy
import json
import re
import sys
import tomllib

from jsonschema import Draft202012Validator

with open(sys.argv[1]) as text:
    schema = json.load(text)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)


def branches(table):
    """The shapes that a table may have: one for each kind."""
    return table.get("anyOf", [table])


def tables():
    yield "", schema
    for path, table in schema["$defs"].items():
        for branch in branches(table):
            assert branch["additionalProperties"] is False, path
            yield path, branch


def check_reference(path):
    """Every key and kind that the reference documents is known, with its words."""
    known = {}
    for table, branch in tables():
        for name, key in branch["properties"].items():
            known.setdefault(table, {}).setdefault(name, []).append(key)
    count, table = 0, None
    with open(path) as lines:
        for line in lines:
            if title := re.match(r"###? (?:`\[+([a-z_.]+)\]+`|(Top of the recipe))(?: `[a-z_]+ = \"(\w+)\"`)?", line):
                table, kind = title[1] or "", title[3]
                if kind and "kind" in known[table]:
                    assert kind in [key.get("const") for key in known[table]["kind"]], line
            elif row := re.match(r"\| `([a-z_0-9.]+)` \| (.+) \| (.*) \| (.+) \|$", line):
                name, *member = row[1].split(".")
                keys = known[table].get(name, [])
                if member:
                    keys = [key["properties"][member[0]] for key in keys]
                assert any(key["description"].startswith(row[4].replace("\\|", "|")) for key in keys), line
                count += 1
    assert count > 50, count


def check_defaults():
    for table, branch in tables():
        for name, key in branch["properties"].items():
            # Of an unknown type of key a schema would say nothing.
            assert {"$ref", "type", "enum", "const", "anyOf"} & {*key}, (table, name)
            for value in [key["default"]] if "default" in key else []:
                Draft202012Validator(key).validate(value)
            for value in key.get("examples", []):
                Draft202012Validator(key).validate(value)


def places(value):
    """Every table in a recipe."""
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from places(member)
    elif isinstance(value, list):
        for item in value:
            yield from places(item)


def check_recipe(path):
    with open(path, "rb") as text:
        recipe = tomllib.load(text)
    errors = [f"{path}: {error.json_path}: {error.message}" for error in validator.iter_errors(recipe)]
    assert not errors, "\n".join(errors)
    slips = 0
    for index, table in enumerate(places(recipe)):
        for key in table:
            for slip in ("misspelt", "type"):
                damaged = copy.deepcopy(recipe)
                place = list(places(damaged))[index]
                if slip == "misspelt":
                    place[key + "s"] = place.pop(key)
                else:
                    place[key] = None
                assert not validator.is_valid(damaged), f"{path}: {slip} {key} passes"
                slips += 1
    assert slips > 20, slips


def refused(text):
    assert not validator.is_valid(tomllib.loads(text)), text


def accepted(text):
    validator.validate(tomllib.loads(text))


check_reference(sys.argv[2])
check_defaults()
for recipe in sys.argv[3:]:
    check_recipe(recipe)

# A whole recipe says what it must; an overlay and what extends another need not.
refused('dsc = 1\n[train]\nlength = "5 steps"')
refused('dsc = 1\n[model]\nkind = "gpt2"\nlayers = 2')
accepted('[train]\nlength = "5 steps"')
accepted('dsc = 1\nextends = "base.toml"\n[model]\nwidth = 64')
accepted('[[schedule.phase]]\nname = "warmup"\nremove = true\n[[schedule.phase]]\nkind = "cosine"\nafter = "warmup"')
refused('dsc = 2\nextends = "base.toml"')
# Keys of another kind, reserved ones, other tools' names, lengths without a unit.
refused('[model]\nkind = "mlp"\nlayers = 2')
refused('[model]\nkind = "llama"')
refused('[log]\nwandb = true')
refused('[schedule]\nlearning_rate = 1e-3')
refused('[train]\nlength = "5"')
refused('[train]\nlength = "5 weeks"')
refused('[train]\nlength = 5')
accepted('[train]\nlength = "1_000.5k tokens"')
refused('[[schedule.phase]]\nkind = "linear"\nto = "ten percent"')
