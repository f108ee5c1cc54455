# SPDX-License-Identifier: Apache-2.0
"""The demo's register as tables of a PostgreSQL, with a view for Schakel: as a team with a database
and no web service would offer it.

The one idea: each field is a column of its natural type, lists and objects are jsonb, and a trigger
gives every change a new `volgnummer`, the position by which it is read.
"""
import json

TABLES = {"locaties": "dossiernummer", "organisatoren": "organisator_id"}


def _type(name, values):
    present = [value for value in values if value is not None]
    if name.endswith("_op"):
        return "date"
    if any(isinstance(value, (dict, list)) for value in present):
        return "jsonb"
    return "boolean" if any(isinstance(value, bool) for value in present) else "text"


def create(database, name, items):
    """The table, its position and the view schakel_<name>."""
    fields = {field: None for item in items for field in item}
    columns = {field: _type(field, [item.get(field) for item in items]) for field in fields}
    key = TABLES[name]
    declared = ", ".join(f"{field} {kind}" for field, kind in columns.items())
    database.sql(f"""
        CREATE TABLE {name} ({declared}, verwijderd boolean NOT NULL DEFAULT false, volgnummer bigserial,
                             PRIMARY KEY ({key}));
        CREATE INDEX ON {name} (volgnummer);
        CREATE FUNCTION {name}_gewijzigd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            NEW.volgnummer := nextval('{name}_volgnummer_seq'); RETURN NEW; END $$;
        CREATE TRIGGER gewijzigd BEFORE UPDATE ON {name} FOR EACH ROW EXECUTE FUNCTION {name}_gewijzigd();
        CREATE VIEW schakel_{name} AS SELECT * FROM {name};""")
    return list(columns)


def load(database, name, items):
    columns = create(database, name, items)
    listed = ", ".join(columns)
    text = json.dumps(items, ensure_ascii=False)
    database.sql(f"INSERT INTO {name} ({listed}) SELECT {listed} FROM "
                 f"jsonb_populate_recordset(NULL::{name}, $register${text}$register$)")


def reading(name, columns_of_json="namen, adressen, contacten, organisatoren, bron"):
    """The settings of the flow, less its connection."""
    return {f"{name}.adapter": "odbc", f"{name}.position": "volgnummer", f"{name}.json": columns_of_json,
            f"{name}.query": f"SELECT * FROM schakel_{name} WHERE volgnummer > :after "
                             "ORDER BY volgnummer LIMIT :limit"}
