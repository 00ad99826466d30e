// What `cmake --install` puts where, as docs/operating.md and the unit take it for granted.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { build, root } from '../support/gateway.mjs';

test('the program, its manual page, completions, unit, user and example are installed', () => {
  const stage = mkdtempSync(path.join(tmpdir(), 'openclaw-install-'));
  const env = { ...process.env, DESTDIR: stage };
  execFileSync('cmake', ['--install', build, '--prefix', '/usr', '--component', 'gateway'], { env, stdio: 'pipe' });
  const installed = readdirSync(stage, { recursive: true }).filter((f) => statSync(path.join(stage, f)).isFile()).sort();
  const sources = {
    'usr/bin/openclaw': undefined,
    'usr/lib/systemd/system/openclaw.service': 'packaging/systemd/openclaw.service',
    'usr/lib/systemd/system/openclaw@.service': 'packaging/systemd/openclaw@.service',
    'usr/lib/sysusers.d/openclaw.conf': 'packaging/systemd/openclaw.sysusers.conf',
    'usr/share/bash-completion/completions/openclaw': 'packaging/completions/openclaw.bash',
    'usr/share/doc/openclaw/LICENSE': 'LICENSE',
    'usr/share/doc/openclaw/examples/gateway.yaml': 'packaging/config/gateway.yaml',
    'usr/share/man/man1/openclaw.1': 'packaging/man/openclaw.1',
    'usr/share/zsh/vendor-completions/_openclaw': 'packaging/completions/_openclaw',
  };
  assert.deepEqual(installed, Object.keys(sources));
  for (const [file, source] of Object.entries(sources)) {
    if (!source) continue;
    assert.deepEqual(readFileSync(path.join(stage, file)), readFileSync(path.join(root, source)), file);
    assert.equal(statSync(path.join(stage, file)).mode & 0o777, 0o644, file);
  }
  assert.ok(readFileSync(path.join(root, 'docs/operating.md'), 'utf8').includes('/usr/share/doc/openclaw/examples/gateway.yaml'));
  rmSync(stage, { recursive: true });
});

test('the unit of one of several differs from the other in its name alone', () => {
  const lines = (file) => readFileSync(path.join(root, 'packaging/systemd', file), 'utf8').split('\n').filter((line) => !line.startsWith('#'));
  const [alone, several] = [lines('openclaw.service'), lines('openclaw@.service')];
  const only = (of, other) => of.filter((line) => !other.includes(line));
  assert.deepEqual(only(alone, several), ['Description=OpenClaw Gateway', 'Environment=HOME=/var/lib/openclaw', 'Environment=HOSTNAME=%H',
    'StateDirectory=openclaw', 'WorkingDirectory=/var/lib/openclaw']);
  assert.deepEqual(only(several, alone), ['Description=OpenClaw Gateway %i', 'EnvironmentFile=/etc/openclaw/%i.environment',
    'Environment=HOME=/var/lib/openclaw/%i', 'Environment=HOSTNAME=%H NAME=%i', 'StateDirectory=openclaw/%i', 'WorkingDirectory=/var/lib/openclaw/%i']);
});
