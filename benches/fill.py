"""Fills the records of a Mainstay that is not running with an organisation, a register and a
journal of the sizes asked for: by SQL, the same text on SQLite and on PostgreSQL, because the verbs
would take hours. The tables are those that the server itself has made."""

import json
import os
import pathlib
import re
import time

FOREVER = 9223372036854775807
DAY = 86_400_000_000
UNITS = 2_000
CITIES = 20
REGIONS = 171  # a province, its cities, 150 counties
PEOPLE = 30_000
RESOURCES = int(os.environ.get("BENCH_RESOURCES", "200000"))
# What one failure reaches: everything in a block hangs on its first resource.
BLOCK = 4_998
# Since when everything is there: younger than what is archived.
BEGUN = (int(time.time()) // 86_400 - 170) * DAY
CHUNK = 1_000_000

SURNAMES = [("王", "wang", "w"), ("李", "li", "l"), ("张", "zhang", "z"), ("刘", "liu", "l"),
            ("陈", "chen", "c"), ("杨", "yang", "y"), ("赵", "zhao", "z"), ("黄", "huang", "h"),
            ("周", "zhou", "z"), ("吴", "wu", "w")]
GIVEN = [("伟", "wei", "w"), ("芳", "fang", "f"), ("娜", "na", "n"), ("敏", "min", "m"),
         ("静", "jing", "j"), ("丽", "li", "l"), ("强", "qiang", "q"), ("磊", "lei", "l"),
         ("洋", "yang", "y"), ("小明", "xiaoming", "xm")]


def uid(sort, number):
    """SQL for the id of the thing with that number."""
    return f"'01890a5d-{sort:04d}-7000-8000-' || substr(CAST(1000000000000 + {number} AS TEXT), 2)"


def id_of(sort, number):
    return f"01890a5d-{sort:04d}-7000-8000-{number:012d}"


def unit(number):
    return uid(1, number)


def region(number):
    return uid(2, number)


def resource(number):
    return uid(6, number)


def region_of(resource_number):
    """The region of a resource: whole groups of six belong together."""
    return resource_number // 6 % REGIONS


def series(first, end):
    return (f"WITH RECURSIVE series (n) AS (SELECT CAST({first} AS BIGINT) UNION ALL "
            f"SELECT n + 1 FROM series WHERE n + 1 < {end})")


def pick(words, index):
    """SQL for one of some words."""
    cases = " ".join(f"WHEN {at} THEN '{word}'" for at, word in enumerate(words))
    return f"CASE {index} {cases} END"


def hex_digits(number):
    """SQL for a number below 256 as two hexadecimal digits."""
    digit = "substr('0123456789abcdef', CAST({} AS INTEGER), 1)"
    return digit.format(f"{number} / 16 % 16 + 1") + " || " + digit.format(f"{number} % 16 + 1")


SPAN = f"1, {BEGUN}, {FOREVER}, {BEGUN}, {FOREVER}"


def organisation():
    parent_region = f"CASE WHEN n = 0 THEN NULL WHEN n <= {CITIES} THEN {region(0)} " \
                    f"ELSE {region(f'((n - {CITIES + 1}) % {CITIES} + 1)')} END"
    kind = f"CASE WHEN n = 0 THEN 'province' WHEN n <= {CITIES} THEN 'city' ELSE 'county' END"
    yield f"""
        INSERT INTO directory_region (id, version, valid_from, valid_to, recorded_at,
            superseded_at, code, name_en, name_zh, kind, parent_id, folded)
        {series(0, REGIONS)}
        SELECT {region('n')}, {SPAN}, 'R' || n, 'Region ' || n, '第' || n || '区', {kind},
            {parent_region}, 'r' || n || ' region ' || n || ' 第' || n || '区'
        FROM series"""
    parent_unit = f"CASE WHEN n = 0 THEN NULL WHEN n <= {CITIES} THEN {unit(0)} " \
                  f"WHEN n < {REGIONS} THEN {unit(f'((n - {CITIES + 1}) % {CITIES} + 1)')} " \
                  f"ELSE {unit(f'(n % {REGIONS})')} END"
    yield f"""
        INSERT INTO directory_unit (id, version, valid_from, valid_to, recorded_at, superseded_at,
            code, name_en, name_zh, short_name, kind, parent_id, region_id, folded)
        {series(0, UNITS)}
        SELECT {unit('n')}, {SPAN}, 'U' || n, 'Office ' || n, '第' || n || '处', '', 'office',
            {parent_unit}, {region(f'(n % {REGIONS})')},
            'u' || n || ' office ' || n || ' 第' || n || '处'
        FROM series"""
    names = [s[0] + g[0] for g in GIVEN for s in SURNAMES]
    spelled = [f"{s[1]}{g[1]} {s[2]}{g[2]}" for g in GIVEN for s in SURNAMES]
    number = "substr(CAST(100000 + n AS TEXT), 2)"
    mobile = f"'138' || substr(CAST(100000000 + n AS TEXT), 2)"
    contacts = f"""'[{{"way":"mobile","value":"' || {mobile} || '"}}]'"""
    yield f"""
        INSERT INTO directory_person (id, version, valid_from, valid_to, recorded_at,
            superseded_at, number, name, language, unit_id, contacts, folded)
        {series(0, PEOPLE)}
        SELECT {uid(3, 'n')}, {SPAN}, {number}, {pick(names, 'n % 100')}, 'zh',
            {unit(f'(n % {UNITS})')}, {contacts},
            {number} || ' ' || {pick(names, 'n % 100')} || ' ' || {pick(spelled, 'n % 100')}
                || ' ' || {mobile}
        FROM series"""
    yield f"""
        INSERT INTO directory_post (id, version, valid_from, valid_to, recorded_at, superseded_at,
            code, title_en, title_zh, description, unit_id, head, folded)
        {series(0, UNITS)}
        SELECT {uid(4, 'n')}, {SPAN}, 'P' || n, 'Head of office', '处长', '', {unit('n')}, 1,
            'p' || n || ' head of office 处长'
        FROM series"""
    yield f"""
        INSERT INTO directory_holding (id, version, valid_from, valid_to, recorded_at,
            superseded_at, person_id, post_id, kind, share_percent)
        {series(0, UNITS)}
        SELECT {uid(5, 'n')}, {SPAN}, {uid(3, 'n')}, {uid(4, 'n')}, 'substantive', 100
        FROM series"""
    yield "UPDATE directory_counter SET value = value + 1"


KINDS = ["host", "service", "disk", "network-interface", "file-system", "website"]
UNIT_OF = unit(f"(n / 6 % {REGIONS} + {REGIONS} * (n / {6 * REGIONS} % 11))")


def register():
    address = "'10.' || (n / 65536 % 256) || '.' || (n / 256 % 256) || '.' || (n % 256)"
    name = f"{pick(KINDS, 'n % 6')} || '-' || substr(CAST(1000000 + n AS TEXT), 2)"
    attributes = f"""CASE n % 6
        WHEN 0 THEN '{{"hostname":"' || name || '","address":"' || {address}
            || '","memory_bytes":' || ((n / 6 % 64 + 1) * 1073741824) || ',"kernel_release":"6.1.'
            || (n % 90) || '"}}'
        WHEN 1 THEN '{{"protocol":"tcp","address":"' || {address} || '","port":' || (n % 50000) || '}}'
        WHEN 2 THEN '{{"serial":"sn-' || n || '","size_bytes":' || ((n % 16 + 1) * 1000000000000)
            || '}}'
        WHEN 3 THEN '{{"device":"eth0","mac":"52:54:00:00:00:00","address":"' || {address} || '"}}'
        WHEN 4 THEN '{{"mountpoint":"/srv/' || (n % 40) || '","fstype":"xfs"}}'
        ELSE '{{"url":"https://www' || n || '.example.org/"}}' END"""
    folded = f"""CASE WHEN n % 6 IN (0, 1, 3) THEN '{{"address:ip":"40a' || {hex_digits('n / 65536')}
        || {hex_digits('n / 256')} || {hex_digits('n')} || '"}}' ELSE '{{}}' END"""
    created = f"{BEGUN} + n * 1000000"
    yield f"""
        INSERT INTO resources_resource (id, kind, name, name_folded, named_by_hand, description,
            attributes, source, retired, version, created_at, updated_at, unit_id, region_id,
            folded, folded_as)
        {series(0, RESOURCES)}, named (n, name) AS (SELECT n, {name} FROM series)
        SELECT {resource('n')}, {pick(KINDS, 'n % 6')}, name, name, 1, '', {attributes}, 'manual',
            0, 1, {created}, {created}, {UNIT_OF}, {region(f'(n / 6 % {REGIONS})')}, {folded}, 1
        FROM named"""
    yield f"""
        INSERT INTO resources_identifier (resource_id, kind, rule, value)
        {series(0, RESOURCES)}
        SELECT {resource('n')}, {pick(KINDS, 'n % 6')},
            CASE n % 6 WHEN 0 THEN 'hostname+unit_id' WHEN 2 THEN 'serial' ELSE 'url' END,
            CASE n % 6 WHEN 0 THEN 'host-' || substr(CAST(1000000 + n AS TEXT), 2) || '\x1f'
                || {UNIT_OF} WHEN 2 THEN 'sn-' || n
                ELSE 'https://www' || n || '.example.org/' END
        FROM series
        WHERE n % 6 IN (0, 2, 5)"""
    yield "UPDATE resources_kind SET identified_version = version, identified_after = ''"
    first = f"(n / {BLOCK} * {BLOCK})"
    # What is in a host is part of it, what runs on it is said so; a website rests on its service.
    structure = pick(["connects-to", "runs-on", "part-of", "part-of", "part-of", "depends-on"],
                     "n % 6")
    host = f"CASE n % 6 WHEN 0 THEN {first} WHEN 5 THEN n - 4 ELSE n - n % 6 END"
    for sort, kind, target, where in (
        (0, structure, host, f"n <> {first}"),
        (1, "'depends-on'", f"{first} + (n - {first} - 1) / 2", f"n <> {first}"),
        (2, "'connects-to'", f"{first} + (n * 7 + 3) % {BLOCK}", f"{first} + (n * 7 + 3) % {BLOCK} < {RESOURCES}"),
    ):
        yield f"""
            INSERT INTO resources_relation (id, kind, source_id, target_id, created_at)
            {series(0, RESOURCES)}
            SELECT {uid(7, f'n * 4 + {sort}')}, {kind}, {resource('n')}, {resource(f'({target})')},
                {BEGUN + RESOURCES * 1_000_000}
            FROM series
            WHERE {where} AND ({target}) <> n
            ON CONFLICT DO NOTHING"""
    columns = ("kind, name, named_by_hand, description, attributes, origins, source, confidence, "
               "unit_id, region_id, life_cycle, tags, retired_at, merged_into")
    yield f"""
        INSERT INTO resources_version (resource_id, entry, version, valid_from, valid_to,
            recorded_at, recorded_by, {columns})
        SELECT id, 1, 1, created_at, {FOREVER}, created_at, 'bench', {columns}
        FROM resources_resource
        WHERE version = 1"""
    yield f"""
        INSERT INTO resources_relation_version (relation_id, entry, kind, source_id, target_id,
            present, valid_from, valid_to, recorded_at, recorded_by, source, confidence, weight,
            created_at)
        SELECT id, 1, kind, source_id, target_id, 1, created_at, {FOREVER}, created_at, 'bench',
            source, confidence, weight, created_at
        FROM resources_relation"""


def journal(rows):
    """Facts about all resources and users, spread over the last months; each fourth led to the
    next."""
    about = f"(seq * 7919 % {RESOURCES})"
    verbs = ["resource.changed", "relation.created", "check.state_changed", "resource.changed"]
    step = 160 * DAY // max(rows, 1)
    before = """'{"memory_bytes":' || (seq % 64 * 1073741824) || ',"location":"rack 7"}'"""
    after = """'{"memory_bytes":' || (seq % 63 * 1073741824) || ',"location":"rack 8"}'"""
    for begin in range(0, rows, CHUNK):
        end = min(begin + CHUNK, rows)
        # Numbers go on after what the server has written itself.
        yield f"""
            INSERT INTO journal_row (seq, at, actor_kind, actor_id, actor_name, verb, subject_kind,
                subject_id, subject_name, resource_id, before, after, detail, cause, request_id,
                source)
            {series(begin + 1, end + 1)}, numbered (n, seq) AS (
                SELECT n, n + (SELECT seq FROM journal_counter WHERE id = 1) FROM series)
            SELECT seq, {BEGUN} + n * {step}, 'user', {uid(8, '(seq % 50)')},
                'operator ' || (seq % 50), {pick(verbs, 'seq % 4')}, 'resource', {resource(about)},
                'resource ' || {about}, {resource(about)}, {before}, {after},
                '{{"changed":["memory_bytes","location"]}}',
                CASE WHEN seq % 4 = 1 THEN seq - 1 END, {uid(9, 'seq')}, '10.0.0.1'
            FROM numbered"""
    yield f"UPDATE journal_counter SET seq = seq + {rows}"


def reactions():
    """The names of all reactions: what is filled in has happened long ago for them."""
    crates = pathlib.Path(__file__).parent.parent / "crates"
    for path in sorted(crates.rglob("src/**/*.rs")):
        text = path.read_text()
        for found in re.finditer(r"\bimpl Reaction for .*?fn name\(.*?\"([^\"]+)\"", text, re.S):
            yield found.group(1)


def delivered():
    for name in reactions():
        yield f"""
            INSERT INTO journal_cursor (subscriber, seq)
            SELECT '{name}', seq FROM journal_counter WHERE id = 1
            ON CONFLICT (subscriber) DO UPDATE SET seq = excluded.seq"""


def fill(records, journal_rows, say=lambda what: None):
    """Fills `records`, which offers `run(sql)` and `without_indexes(table)`."""
    for what, statements in (("organisation", organisation()), ("register", register())):
        began = time.monotonic()
        for statement in statements:
            records.run(statement)
        say(f"{what}: {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    with records.without_indexes("journal_row"):
        for statement in journal(journal_rows):
            records.run(statement)
    for statement in delivered():
        records.run(statement)
    records.settle()
    say(f"journal: {time.monotonic() - began:.0f} s")


def counts(records):
    tables = ("directory_person", "directory_unit", "directory_region", "resources_resource",
              "resources_relation", "journal_row")
    return {table: records.count(table) for table in tables}


if __name__ == "__main__":
    print(json.dumps(sorted(set(reactions()))))
