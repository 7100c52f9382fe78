"""An nginx before InfluxDB, or before dashboards, started on a free port."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import Influx, answers, free_port, pings, running, server

# InfluxDB 1.6 dressed as a later one: it takes /api/v2/write with either login. As
# 1.8 and 1.12 it reads no password with a blank in `Token user:pass`.
NGINX_CONF = """\
daemon off;
worker_processes 1;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_max_body_size 32m;
  client_body_buffer_size 32m;
  proxy_max_temp_file_size 0;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  map $arg_precision $short {{ default $arg_precision; us u; }}
  map $http_authorization $login {{
    default "";
    "~^Token (?<user>[^: ]+):(?<pass>[^ ]+)$" "&u=$user&p=$pass";
  }}
  map $http_authorization $basic {{
    default "";
    "~^Basic " $http_authorization;
  }}
  server {{
    listen 127.0.0.1:{port};
    location = /api/v2/write {{
      proxy_set_header Authorization $basic;
      rewrite ^ /write?db=$arg_bucket&precision=$short$login? break;
      proxy_pass http://127.0.0.1:{upstream};
    }}
    location = /ping {{
      proxy_pass http://127.0.0.1:{upstream};
      proxy_hide_header X-Influxdb-Version;
      add_header X-Influxdb-Version {version} always;
    }}
    location = /write {{ return 404; }}
    location / {{ proxy_pass http://127.0.0.1:{upstream}; }}
  }}
}}
"""


# Every answer says which of the servers behind it gave it.
BEFORE_DASHBOARDS = """\
daemon off;
worker_processes 1;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  proxy_max_temp_file_size 0;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  add_header X-Served-By $upstream_addr always;
  include {directory}/luchtig.conf;
}}
"""


@contextmanager
def nginx_serving(site: str, port: int, directory: Path) -> Iterator[None]:
    """An nginx with this in ``conf.d``, which listens on ``port``."""
    binary = server("nginx")
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "luchtig.conf").write_text(site)
    conf = directory / "nginx.conf"
    conf.write_text(BEFORE_DASHBOARDS.format(directory=directory))
    arguments = [binary, "-c", str(conf), "-p", str(directory), "-e", str(directory / "error.log")]
    with running(arguments, directory / "nginx.log", ready=lambda: answers(port)):
        yield


@contextmanager
def nginx_before(influx: Influx, directory: Path, version: str = "v1.8.10") -> Iterator[Influx]:
    """An nginx that makes an InfluxDB 1.6 look like a later one that writes over /api/v2/write."""
    binary = server("nginx")
    port = free_port()
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o777)
    conf = directory / "nginx.conf"
    conf.write_text(
        NGINX_CONF.format(port=port, upstream=influx.port, directory=directory, version=version)
    )
    arguments = [binary, "-c", str(conf), "-p", str(directory), "-e", str(directory / "error.log")]
    with running(arguments, directory / "nginx.log", ready=lambda: pings(port)):
        yield Influx(port)
