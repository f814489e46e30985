#!/usr/bin/env python3
"""Checks NDJSON records against the JSON Schema of the record.

usage: validate_schema.py SCHEMA [FILE]

Reads FILE, or standard input, and tells each line that is no JSON or does not fit. Exit status: 0 every line fits (an
input without any line does not, since it would prove nothing); 1 some do not; 2 the schema or the input cannot be used.
"""

import json
import sys

try:
    import jsonschema
except ImportError:
    print("validate_schema.py: needs the Python package jsonschema (Debian: python3-jsonschema)", file=sys.stderr)
    sys.exit(2)

MOST_COMPLAINTS = 20


def unique_members(pairs):
    """An object as a dict, refusing a name that stands twice: JSON Schema cannot see that."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def refuse_constant(name):
    raise ValueError(f"{name} is no JSON number")


def load_validator(path):
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def complaints_of(line, validator):
    if not line.endswith(b"\n"):
        return ["the line is not ended"]
    try:
        record = json.loads(line.decode("utf-8"), object_pairs_hook=unique_members, parse_constant=refuse_constant)
    except ValueError as error:
        return [f"no valid JSON: {error}"]
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(record)]


def check(lines, validator):
    """Returns how many lines there are, and how many of them do not fit."""
    number = bad = 0
    for number, line in enumerate(lines, start=1):
        complaints = complaints_of(line, validator)
        if not complaints:
            continue
        bad += 1
        if bad <= MOST_COMPLAINTS:
            for complaint in complaints:
                print(f"line {number}: {complaint}", file=sys.stderr)
    return number, bad


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        validator = load_validator(arguments[1])
        if len(arguments) == 3:
            with open(arguments[2], "rb") as file:
                number, bad = check(file, validator)
        else:
            number, bad = check(sys.stdin.buffer, validator)
    except (OSError, ValueError, jsonschema.SchemaError) as error:
        print(f"validate_schema.py: {error}", file=sys.stderr)
        return 2
    if number == 0:
        print("no record at all", file=sys.stderr)
        return 1
    print(f"{number} records, {bad} of them do not fit the schema")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
