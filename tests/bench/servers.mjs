// Starts what the gateway is compared with: nginx, and the server whose answer is always the same.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onLoadCpu, onServerCpu } from './processes.mjs';

function launch(argv, options = {}) {
  const child = spawn(argv[0], argv.slice(1), { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  process.once('exit', () => child.kill('SIGKILL'));  // a benchmark that fails leaves nothing behind
  return {
    child,
    pid: child.pid,
    stop: async () => {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}

/** Compiles and starts fixed_server.c on the load's processor: {url, pid, stop}. */
export async function startFixedServer() {
  const dir = mkdtempSync(path.join(tmpdir(), 'openclaw-bench-'));
  const program = path.join(dir, 'fixed_server');
  execFileSync('cc', ['-O2', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE', '-o', program,
    fileURLToPath(new URL('fixed_server.c', import.meta.url))]);
  const server = launch(onLoadCpu([program]));
  const [line] = await once(server.child.stdout, 'data');
  rmSync(dir, { recursive: true });
  return { ...server, url: `http://127.0.0.1:${Number(String(line))}` };
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(child, port) {
  let ended = false;
  child.once('close', () => (ended = true));
  for (;;) {
    if (ended) throw new Error('nginx ended early');
    const socket = net.connect(port, '127.0.0.1');
    const up = await Promise.race([
      once(socket, 'connect').then(() => true, () => false),
      once(socket, 'error').then(() => false, () => false),
    ]);
    socket.destroy();
    if (up) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * nginx in one process, tuned as one would: `/file` is a file with `body`, everything else goes to
 * `upstream` over kept connections, and an event stream is passed on as it comes.
 */
export async function startNginx({ body, upstream }) {
  const dir = mkdtempSync(path.join(tmpdir(), 'openclaw-bench-'));
  mkdirSync(path.join(dir, 'www'));
  chmodSync(dir, 0o755); // started by root, nginx serves as another user
  writeFileSync(path.join(dir, 'www/file'), body);
  const port = await freePort();
  writeFileSync(path.join(dir, 'nginx.conf'), `
daemon off;
master_process off;
worker_processes 1;
error_log stderr error;
pid ${dir}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  default_type application/json;
  sendfile off;  # for so small a file, reading it is cheaper than four calls to send it
  keepalive_requests 100000000;
  open_file_cache max=16;
  client_body_buffer_size 64k;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  upstream fixed {
    server ${new URL(upstream).host};
    keepalive 64;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port};
    root ${dir}/www;
    location /file { }
    location / {
      proxy_pass http://fixed;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`);
  const nginx = launch(onServerCpu(['nginx', '-p', dir, '-c', path.join(dir, 'nginx.conf')]));
  await listening(nginx.child, port);
  return {
    pid: nginx.pid,
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await nginx.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
