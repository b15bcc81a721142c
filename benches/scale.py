"""A province's worth of records, and what they cost whoever asks the running server over HTTP: an
administrator, an operator of a city and one of a county."""

import datetime
import json
import os
import random
import sys
import time
import zipfile
import io

import fill
import meter
from records import Postgres, Sqlite
from server import Server, query
from tables import table

JOURNAL_ROWS = int(os.environ.get("BENCH_JOURNAL_ROWS", "1000000"))
# Calls of one question at most, and for how long at most.
CALLS = int(os.environ.get("BENCH_CALLS", "100"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))
IMPORTED = int(os.environ.get("BENCH_IMPORTED", "5000"))
SETTINGS = ("host.watch=false", "discovery.automatic=false", "discovery.interval_s=3600",
            "journal.retention_days=3650")


def say(what):
    print(what, file=sys.stderr, flush=True)


def moment(micros):
    return datetime.datetime.fromtimestamp(micros / 1e6, datetime.timezone.utc).isoformat(
    ).replace("+00:00", "Z")


class Province:
    """A server over filled records, and those who ask it."""

    def __init__(self, postgres=None):
        began = time.monotonic()
        self.name = postgres.name if postgres else Sqlite.name
        # The server makes its tables, and is stopped while they are filled.
        self.server = Server(*SETTINGS, records=postgres)
        self.server.stop()
        records = postgres or Sqlite(f"{self.server.data}/records.sqlite")
        fill.fill(records, JOURNAL_ROWS, lambda what: say(f"{self.name}: {what}"))
        self.counts = fill.counts(records)
        if not postgres:
            records.close()
        self.filled_s = time.monotonic() - began
        self.server.start()
        self.ready_s = self.server.ready_s
        self.limit = time.monotonic() + 120 + JOURNAL_ROWS / 5_000
        self.sealed_per_s = self.wait_until_sealed()
        regions = {"city": 1, "county": 21}
        for name, region in regions.items():
            self.operator(f"operator-{name}", region)
        self.server.stop()
        self.callers = {"administrator": (self.server.token, None)}
        for name, region in regions.items():
            self.callers[name] = (self.server.token_of(f"operator-{name}"), region)
        self.server.start()

    def operator(self, name, region):
        user = self.server.post("/api/v1/users", {"name": name, "password": "Tern-river-88-lake"})
        grant = {"holder": {"kind": "user", "id": user["id"]}, "role": "operator",
                 "scope": {"kind": "region", "ids": [fill.id_of(2, region)]},
                 "reason": "measuring"}
        self.server.post("/api/v1/grants", grant)

    def wait_until_sealed(self):
        """How many rows a second are sealed while nobody asks anything."""
        first = None
        while True:
            status = self.server.get("/api/v1/journal/status")
            now, done = time.monotonic(), status["sealed_seq"]
            if first is None and done > 0:
                first = (now, done)
            if status["latest_seq"] - done < 1_000:
                return (done - first[1]) / max(now - first[0], 0.001)
            if now > self.limit:
                raise SystemExit(f"gave up waiting for the seal: {status}")
            time.sleep(0.2)


def mine(region, seed):
    """Numbers of resources that the caller sees, the same in every run."""
    chance = random.Random(seed)
    regions = fill_below(region)
    while True:
        number = chance.randrange(fill.RESOURCES)
        if regions is None or fill.region_of(number) in regions:
            yield number


def fill_below(region):
    if region is None:
        return None
    cities = fill.CITIES
    return {region} | {county for county in range(cities + 1, fill.REGIONS)
                       if (county - cities - 1) % cities + 1 == region}


def questions(region):
    """What is asked, as functions from a number of a resource to the paths of one page."""
    resources, journal = "/api/v1/resources", "/api/v1/journal"
    past = moment(fill.BEGUN + 40 * fill.DAY)
    week = (moment(fill.BEGUN + 60 * fill.DAY), moment(fill.BEGUN + 67 * fill.DAY))
    resource = lambda number: fill.id_of(6, number)
    # A resource on which some 5,000 rest, in the caller's own region where there is one.
    heads = [number for number in range(0, fill.RESOURCES - fill.BLOCK, fill.BLOCK)]
    filtered = lambda text: (lambda n: [query(resources, filter=text.format(n=n), limit=50)])
    return {
        "nothing: `/healthz`": lambda n: ["/healthz"],
        "list, first page": lambda n: [query(resources, limit=50)],
        "list, any page": lambda n: [query(resources, limit=50, after=resource(n))],
        "list of a kind, any page":
            lambda n: [query(resources, limit=50, kind="host", after=resource(n))],
        "list by last change": lambda n: [query(resources, limit=50, sort="-updated_at")],
        "count": lambda n: [query(resources + "/count")],
        "filter that many match": filtered("kind = host and memory_bytes > 32GiB"),
        "filter that few match": filtered('kind = host and hostname = "host-{n:06d}"'),
        "filter by network": filtered("address in 10.1.7.0/24"),
        "filter over a relation": filtered('kind = service and runs_on.memory_bytes = 64GiB'),
        "count of a filter":
            lambda n: [query(resources + "/count", filter="kind = host and memory_bytes > 32GiB")],
        "search": lambda n: [query("/api/v1/search", q=f"{n:06d}")],
        "object page (5 calls)": lambda n: [
            f"{resources}/{resource(n)}", query(f"{resources}/{resource(n)}/relations", limit=50),
            query(f"{resources}/{resource(n)}/history", limit=50),
            query(journal, resource_id=resource(n), limit=20),
            query("/api/v1/checks", resource_id=resource(n))],
        "object as of": lambda n: [query(f"{resources}/{resource(n)}", as_of=past)],
        "object, two moments compared": lambda n: [
            query(f"{resources}/{resource(n)}/diff", **{"from": past, "to": week[0]})],
        "impact up (to 5,000)": lambda n: [
            query(f"{resources}/{resource(heads[n % len(heads)] if region is None else n)}/impact",
                  depth=50)],
        "impact down": lambda n: [
            query(f"{resources}/{resource(n)}/impact", direction="down")],
        "what changed around it before": lambda n: [
            query(f"{resources}/{resource(n)}/before", at=week[1])],
        "people, first page": lambda n: [query("/api/v1/people", limit=50)],
        "people, search by name": lambda n: [query("/api/v1/people", q="wangwei")],
        "people, search by number": lambda n: [query("/api/v1/people", q=f"{n % fill.PEOPLE:05d}")],
        "people as of": lambda n: [query("/api/v1/people", limit=50, as_of=past)],
        "who heads a unit, as of": lambda n: [
            query("/api/v1/holdings", unit_id=fill.id_of(1, n % fill.UNITS), head="true",
                  as_of=past)],
        "units below another": lambda n: [
            query("/api/v1/units", under=fill.id_of(1, 1 + n % fill.CITIES))],
        "journal, newest": lambda n: [query(journal, limit=50)],
        "journal of a noun": lambda n: [query(journal, limit=50, verb="check.")],
        "journal of an actor": lambda n: [
            query(journal, limit=50, actor=fill.id_of(8, n % 50))],
        "journal of a week": lambda n: [
            query(journal, limit=50, **{"from": week[0], "to": week[1]})],
    }


def answer(server, token, paths, connection):
    """The status of the first of `paths` that is refused, or 200, and the ms that all took."""
    took = 0.0
    for path in paths:
        status, text, ms = server.timed(path, connection, token)
        took += ms
        if status in (403, 404):
            return status, took
        if status != 200:
            raise SystemExit(f"{path}: {status}: {text[:300]}")
    return 200, took


def ask(server, token, region, seed):
    """The p50 and p95 of each question in ms, or why it is not answered."""
    found = {}
    connection = server.connection()
    for question, paths in questions(region).items():
        numbers, times, status = mine(region, seed), [], 200
        while len(times) < CALLS and sum(times) < SECONDS * 1000 or len(times) < 5:
            status, took = answer(server, token, paths(next(numbers)), connection)
            if status != 200:
                break
            times.append(took)
        if status != 200:
            found[question] = str(status)
            continue
        half, most = meter.quantile(times, 0.5), meter.quantile(times, 0.95)
        if most > 1000:
            say(f"slow: {question}: {most:.0f} ms")
        found[question] = f"{half:.1f} / {most:.1f}"
    return found


def workbook(rows):
    """An XLSX file of hosts, as small as one can be."""
    cell = lambda text: f'<c t="inlineStr"><is><t>{text}</t></is></c>'
    heading = ["name", "hostname", "memory_bytes", "address", "unit_id"]
    lines = [heading] + [
        [f"imported-{n}", f"imported-{n}", str(8 << 30), f"10.99.{n // 250}.{n % 250}",
         fill.id_of(1, n % fill.UNITS)] for n in range(rows)]
    sheet = "".join("<row>" + "".join(map(cell, line)) + "</row>" for line in lines)
    spread = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml":
            f'<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{main}.worksheet+xml"/>'
            "</Types>",
        "_rels/.rels":
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml":
            f'<workbook xmlns="{spread}" xmlns:r="{office}"><sheets>'
            '<sheet name="host" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels":
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml":
            f'<worksheet xmlns="{spread}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return file.getvalue()


def imports(server):
    """Rows a second of a workbook: tried, brought in, and brought in again."""
    book, found = workbook(IMPORTED), {}
    for what, parameters in (("tried", {"dry_run": "true"}), ("brought in", {}),
                             ("the same again", {})):
        began = time.monotonic()
        path = query("/api/v1/resources/import", **parameters)
        status, text = server.ask("POST", path, book)
        report = json.loads(text)
        if status != 200 or report.get("faults") or report.get("errors"):
            raise SystemExit(f"{path}: {status}: {text[:600]}")
        found[what] = IMPORTED / (time.monotonic() - began)
    return found


def statements_of_access(postgres, server, token):
    """Statements a request that find out who asks, and those that find out what they may do."""
    requests = 500
    connection = server.connection()
    postgres.ask("SELECT pg_stat_statements_reset()")
    for _ in range(requests):
        server.ask("GET", query("/api/v1/resources", limit=1), connection=connection, token=token)
    calls = "SELECT COALESCE(SUM(calls), 0) FROM pg_stat_statements WHERE query LIKE '%SELECT %'"
    who = "query LIKE '%access_token%'"
    rights = f"query LIKE '%access_%' AND NOT {who}"
    return tuple(int(postgres.ask(f"{calls} AND {what}")) / requests for what in (who, rights))


def verify(province):
    """Rows a second of `mainstay verify` beside the running server."""
    began = time.monotonic()
    province.server.command("verify")
    return province.counts["journal_row"] / (time.monotonic() - began)


def one(postgres=None):
    if postgres:
        postgres.fresh()
    province = Province(postgres)
    answers = {name: ask(province.server, token, region, 7)
               for name, (token, region) in province.callers.items()}
    figures = {
        "filled with records, s": f"{province.filled_s:.0f}",
        "start over them, to `/readyz`, s": f"{province.ready_s:.2f}",
        "sealing, rows/s": f"{province.sealed_per_s:.0f}",
        "verifying (`mainstay verify`), rows/s": f"{verify(province):.0f}",
    }
    for what, speed in imports(province.server).items():
        figures[f"XLSX of {IMPORTED:,} hosts {what}, rows/s"] = f"{speed:.0f}"
    if postgres:
        who, rights = statements_of_access(postgres, province.server,
                                           province.callers["county"][0])
        figures["statements a request: who asks, with the state of all rights"] = f"{who:.2f}"
        figures["statements a request: what they may do (goal < 1)"] = f"{rights:.2f}"
    resident, anonymous = meter.memory_mib(province.server.pid)
    figures["memory of the server afterwards, MiB resident"] = f"{resident:.0f}"
    size = postgres.bytes() if postgres else Sqlite.size_of(f"{province.server.data}")
    figures["records on disk, MiB"] = f"{size / 2**20:.0f}"
    province.server.stop()
    return province, answers, figures


def scale():
    postgres = Postgres()
    try:
        found = [one(), one(postgres)]
    finally:
        postgres.stop()
    counts = found[0][0].counts
    print("## A province of records, asked over HTTP\n")
    print(f"{counts['directory_person']:,} people in {counts['directory_unit']:,} units of "
          f"{counts['directory_region']} regions, {counts['resources_resource']:,} resources, "
          f"{counts['resources_relation']:,} relations, {counts['journal_row']:,} journal rows. "
          f"Up to {CALLS} calls of each, one after another on a connection kept open: p50 / p95 in "
          "ms. A city's operator sees about 10,000 resources, a county's about 1,200; where a "
          "status stands, that caller may not ask.\n")
    callers = list(found[0][0].callers)
    header = ["call", *(f"{province.name}: {caller}" for province, _, _ in found
                        for caller in callers)]
    table(header, [
        (question, *(answers[caller][question] for _, answers, _ in found for caller in callers))
        for question in questions(None)])
    names = list(found[1][2])
    table(("the same records", *(province.name for province, _, _ in found)),
          [(name, *(figures.get(name, "–") for _, _, figures in found)) for name in names])
