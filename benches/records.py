"""The records behind a server: a SQLite file, or a PostgreSQL of the measurement's own that waits
for the disk as one in use does."""

import atexit
import contextlib
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import time

PROGRAMS = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), default=None,
               key=lambda path: int(path.parent.name))


class Sqlite:
    """The file of a data directory, while no server has it open."""

    name = "SQLite"

    def __init__(self, path):
        self.path = path
        self.connection = sqlite3.connect(path, isolation_level=None)
        # Only while it is filled.
        for pragma in ("synchronous = OFF", "cache_size = -1500000", "temp_store = MEMORY"):
            self.connection.execute(f"PRAGMA {pragma}")

    def run(self, sql):
        self.connection.execute(sql)

    def count(self, table):
        return self.connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]

    @contextlib.contextmanager
    def without_indexes(self, table):
        found = self.connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            "AND tbl_name = ?", (table,)).fetchall()
        for name, _ in found:
            self.run(f"DROP INDEX {name}")
        yield
        for _, sql in found:
            self.run(sql)

    def settle(self):
        self.run("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self):
        self.connection.close()

    @staticmethod
    def size_of(data):
        """Bytes of the file and its log."""
        return sum(path.stat().st_size for path in pathlib.Path(data).glob("records.sqlite*"))


class Postgres:
    """A PostgreSQL cluster that goes with the measurement."""

    name = "PostgreSQL"

    def __init__(self):
        if PROGRAMS is None:
            raise SystemExit("no PostgreSQL in /usr/lib/postgresql")
        # PostgreSQL refuses to run as root.
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.dir = tempfile.mkdtemp(prefix="mainstay-bench-", dir="/tmp")
        if self.user:
            shutil.chown(self.dir, "postgres")
        self.command("initdb", "-D", f"{self.dir}/data", "-U", "mainstay", "-A", "trust",
                     "--encoding", "UTF8", "--locale", "C", "--no-sync")
        settings = ("listen_addresses=", f"unix_socket_directories={self.dir}",
                    "max_connections=100", "shared_buffers=1GB", "effective_cache_size=8GB",
                    "maintenance_work_mem=1GB", "max_wal_size=8GB", "checkpoint_timeout=15min",
                    "shared_preload_libraries=pg_stat_statements")
        words = [word for setting in settings for word in ("-c", setting)]
        self.command("pg_ctl", "start", "-D", f"{self.dir}/data", "-w", "-s", "-l",
                     f"{self.dir}/server.log", "-o", " ".join(words))
        atexit.register(self.stop)
        self.made = 0
        self.database = "postgres"

    def command(self, program, *words):
        subprocess.run([*self.user, str(PROGRAMS / program), *words], check=True, cwd=self.dir,
                       stdout=subprocess.DEVNULL)

    def url(self):
        return f"postgres://mainstay@localhost/{self.database}?host={self.dir}"

    def fresh(self):
        """Another database of it, empty."""
        self.made += 1
        name = f"bench_{self.made}"
        self.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' "
                 "LC_CTYPE 'C.UTF-8'")
        self.database = name
        self.run("CREATE EXTENSION pg_stat_statements")

    def ask(self, sql):
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.dir, "-U",
                   "mainstay", "-d", self.database, "-c", sql]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{done.stderr}\n{sql[:2000]}")
        return done.stdout.strip()

    def run(self, sql):
        self.ask(sql)

    def count(self, table):
        return int(self.ask(f"SELECT COUNT(*) FROM {table}"))

    @contextlib.contextmanager
    def without_indexes(self, table):
        found = self.ask("SELECT indexname || '|' || indexdef FROM pg_indexes WHERE tablename = "
                         f"'{table}' AND indexname NOT LIKE '%_pkey'")
        found = [line.split("|", 1) for line in found.splitlines()]
        for name, _ in found:
            self.run(f"DROP INDEX {name}")
        yield
        for _, sql in found:
            self.run(sql)

    def settle(self):
        # As autovacuum does within a minute of so many changes.
        self.run("VACUUM (ANALYZE)")
        self.run("CHECKPOINT")

    def bytes(self):
        return int(self.ask("SELECT pg_database_size(current_database())"))

    def stop(self):
        atexit.unregister(self.stop)
        self.command("pg_ctl", "stop", "-D", f"{self.dir}/data", "-m", "immediate", "-s")
        time.sleep(0.2)
        shutil.rmtree(self.dir, ignore_errors=True)
