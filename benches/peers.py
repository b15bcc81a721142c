"""Nagios 4 and Icinga 2 with so many services on one target, each checked every second."""

import os
import pathlib
import shutil
import subprocess
import tempfile

PLUGINS = "/usr/lib/nagios/plugins"

NAGIOS = """
cfg_file={dir}/objects.cfg
log_file={dir}/nagios.log
object_cache_file={dir}/objects.cache
precached_object_file={dir}/objects.precache
status_file={dir}/status.dat
status_update_interval=60
command_file={dir}/nagios.cmd
check_external_commands=0
lock_file={dir}/nagios.lock
temp_file={dir}/nagios.tmp
temp_path={dir}
check_result_path={dir}/results
state_retention_file={dir}/retention.dat
retain_state_information=0
log_rotation_method=n
use_syslog=0
interval_length=1
service_inter_check_delay_method=s
max_service_check_spread=1
max_concurrent_checks=0
enable_notifications=0
enable_event_handlers=0
check_for_updates=0
query_socket={dir}/nagios.qh
nagios_user={user}
nagios_group={user}
"""

NAGIOS_OBJECTS = """
define command {{
  command_name check
  command_line {line}
}}
define timeperiod {{
  timeperiod_name always
  alias always
  monday 00:00-24:00
  tuesday 00:00-24:00
  wednesday 00:00-24:00
  thursday 00:00-24:00
  friday 00:00-24:00
  saturday 00:00-24:00
  sunday 00:00-24:00
}}
define contact {{
  contact_name nobody
  host_notifications_enabled 0
  service_notifications_enabled 0
  host_notification_period always
  service_notification_period always
  host_notification_commands check
  service_notification_commands check
}}
define host {{
  host_name target
  address 127.0.0.1
  max_check_attempts 3
  active_checks_enabled 0
  check_period always
  contacts nobody
  notification_period always
}}
"""

NAGIOS_SERVICE = """
define service {{
  host_name target
  service_description s{number}
  check_command check
  check_interval 1
  retry_interval 1
  max_check_attempts 3
  check_period always
  notification_period always
  contacts nobody
}}
"""

ICINGA = """
const PluginDir = "{plugins}"
const NodeName = "bench"
object CheckerComponent "checker" {{ }}
object CheckCommand "bench" {{ command = [ {words} ] }}
object CheckCommand "none" {{ command = [ "/bin/true" ] }}
object Host "target" {{ check_command = "none"; address = "127.0.0.1"
  enable_active_checks = false }}
for (number in range({count})) {{
  object Service "s" + string(number) use (number) {{ host_name = "target"
    check_command = "bench"; check_interval = 1s; retry_interval = 1s; enable_perfdata = true }}
}}
"""


def command(protocol, port):
    if protocol == "tcp":
        return [f"{PLUGINS}/check_tcp", "-H", "127.0.0.1", "-p", str(port)]
    return [f"{PLUGINS}/check_http", "-I", "127.0.0.1", "-p", str(port), "-u", "/"]


class Peer:
    """A peer that runs in a directory of its own and ends with it."""

    def __init__(self, user):
        self.dir = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        os.chmod(self.dir.name, 0o755)
        self.path = pathlib.Path(self.dir.name)
        self.user = user

    def own(self):
        for path in [self.path, *self.path.rglob("*")]:
            shutil.chown(path, self.user, self.user)

    def must_run(self):
        """A peer that gave up would be measured as slow."""
        if self.process.poll() is not None:
            raise SystemExit(f"{self.name} ended by itself: {self.process.returncode}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Nagios(Peer):
    name = "Nagios 4.4 (Debian)"

    def __init__(self, protocol, port, count):
        super().__init__("nagios")
        (self.path / "results").mkdir()
        line = " ".join(command(protocol, port))
        objects = NAGIOS_OBJECTS.format(line=line)
        objects += "".join(NAGIOS_SERVICE.format(number=number) for number in range(count))
        (self.path / "objects.cfg").write_text(objects)
        main = self.path / "nagios.cfg"
        main.write_text(NAGIOS.format(dir=self.dir.name, user="nagios"))
        self.own()
        self.process = subprocess.Popen(
            ["/usr/sbin/nagios4", str(main)], stdout=subprocess.DEVNULL, user="nagios"
        )


class Icinga(Peer):
    name = "Icinga 2.13 (Debian)"

    def __init__(self, protocol, port, count):
        super().__init__("nagios")
        words = ", ".join(f'"{word}"' for word in command(protocol, port))
        text = ICINGA.format(plugins=PLUGINS, words=words, count=count)
        main = self.path / "icinga2.conf"
        main.write_text(text)
        for name in ("log", "run", "lib", "cache", "spool"):
            (self.path / name).mkdir()
        self.own()
        places = {"DataDir": "lib", "LogDir": "log", "CacheDir": "cache", "SpoolDir": "spool",
                  "InitRunDir": "run"}
        flags = [f"-D{name}={self.path / place}" for name, place in places.items()]
        flags += ["-DMaxConcurrentChecks=512", "-DRunAsUser=nagios", "-DRunAsGroup=nagios"]
        self.process = subprocess.Popen(
            ["/usr/sbin/icinga2", "daemon", "-c", str(main), *flags, "-x", "critical"],
            stdout=subprocess.DEVNULL,
        )
