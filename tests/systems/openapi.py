# SPDX-License-Identifier: Apache-2.0
"""An answer against an OpenAPI document: the part of JSON Schema that our documents use."""
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int,
         "number": (int, float)}


def wrong(value, schema, document, where="$"):
    """What is wrong with a value, by the part of JSON Schema that the document uses."""
    if value is None and schema.get("nullable"):
        return []
    if "allOf" in schema:
        return sum((wrong(value, part, document, where) for part in schema["allOf"]), [])
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return wrong(value, document["components"]["schemas"][name], document, where)
    unknown = set(schema) - {"nullable", "type", "enum", "minimum", "items", "required", "properties",
                             "additionalProperties", "description"}
    assert not unknown, unknown
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (kind == "integer" and value is True)):
        return [f"{where}: {value!r} is no {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is not of {schema['enum']}"]
    if "minimum" in schema and value < schema["minimum"]:
        return [f"{where}: {value!r} is less than {schema['minimum']}"]
    found = []
    for i, item in enumerate(value if "items" in schema else []):
        found += wrong(item, schema["items"], document, f"{where}[{i}]")
    found += [f"{where}.{name} is missing" for name in schema.get("required", [])
              if name not in value]
    properties = schema.get("properties", {})
    for name in properties.keys() & (value.keys() if isinstance(value, dict) else ()):
        found += wrong(value[name], properties[name], document, f"{where}.{name}")
    if schema.get("additionalProperties") is False:
        found += [f"{where}.{name} is not named" for name in value.keys() - properties.keys()]
    return found
