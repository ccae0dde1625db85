// SPDX-License-Identifier: Apache-2.0
// The people and things that the routes × principals table is played with, made through the running server.
//
//   SOUK_URL    where it is (default http://127.0.0.1:8080)
//   SOUK_HOME   its home, for souk.conf (default .souk): a shop's customer is written into its database by hand

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const base = (process.env.SOUK_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
const home = path.resolve(process.env.SOUK_HOME ?? path.join(root, '.souk'));
const password = 'clay and glaze in winter';

export async function ask(method, target, { token, body, headers = {} } = {}) {
  const init = { method, redirect: 'manual', headers: { ...headers } };

  if (token) init.headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) {
    init.headers['Content-Type'] ??= 'application/json';
    init.body = typeof body === 'string' ? body : JSON.stringify(body);
  }
  const answer = await fetch(base + target, init);
  const text = await answer.text();
  let json = null;
  if (/^application\/json/.test(answer.headers.get('content-type') ?? '')) json = JSON.parse(text);
  return { status: answer.status, code: json?.code ?? null, json, text, headers: answer.headers };
}

async function must(status, method, target, options) {
  const answer = await ask(method, target, options);
  assert.equal(answer.status, status, `${method} ${target}: ${answer.text.slice(0, 400)}`);
  return answer.json.data;
}

export function settings() {
  const out = {};
  for (const line of readFileSync(path.join(home, 'souk.conf'), 'utf8').split('\n')) {
    const at = line.indexOf('=');
    if (at > 0 && !line.startsWith('#')) out[line.slice(0, at)] = line.slice(at + 1);
  }
  return out;
}

function psqlProgram() {
  const all = '/usr/lib/postgresql';
  const versions = existsSync(all) ? readdirSync(all).sort((a, b) => b - a) : [];
  return versions.map((v) => `${all}/${v}/bin/psql`).find(existsSync) ?? 'psql';
}

// Runs SQL as the role of a URL of souk.conf, in another of its server's databases when one is named.
export function sql(url, text, database) {
  const u = new URL(url.replace(/@\//, '@placeholder/'));
  const env = {
    PATH: process.env.PATH,
    PGHOST: u.searchParams.get('host') ?? u.hostname,
    PGPORT: u.port || '5432',
    PGUSER: decodeURIComponent(u.username),
    PGPASSWORD: decodeURIComponent(u.password),
    PGDATABASE: database ?? u.pathname.slice(1),
    PGOPTIONS: '-c client_min_messages=warning',
  };
  const args = ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-f', '-'];
  return execFileSync(psqlProgram(), args, { env, input: text, encoding: 'utf8' }).trim();
}

const quote = (s) => `'${String(s).replace(/'/g, "''")}'`;

// SQL in the database that the platform made for a store, with the rights of that store's own role.
export function tenantSql(conf, storeId, text) {
  const name = `souk_${storeId.replace(/-/g, '')}`;
  sql(conf.MANAGED_DB_URL, `GRANT "${name}" TO CURRENT_USER;`);
  return sql(conf.MANAGED_DB_URL, `SET ROLE "${name}";\n${text}`, name);
}

export async function signIn(email, hostname) {
  return must(200, 'POST', '/api/auth/login', { body: { email, password, ...(hostname ? { hostname } : {}) } });
}

async function register(word) {
  const email = `${word}-${randomBytes(5).toString('hex')}@tables.example`;
  const data = await must(201, 'POST', '/api/auth/register', {
    body: { email, password, firstName: word, lastName: 'Tables' },
  });
  return { email, userId: data.user.id, token: data.token, refreshToken: data.refreshToken };
}

async function ended(email, hostname) {
  const { token } = await signIn(email, hostname);
  await must(200, 'POST', '/api/auth/logout', { token });
  return token;
}

// The same claims under the same key, but past.
function expired(conf, token) {
  const part = (o) => Buffer.from(typeof o === 'string' ? o : JSON.stringify(o)).toString('base64url');
  const [head, claims] = token.split('.', 2).map((s) => JSON.parse(Buffer.from(s, 'base64url')));
  const now = Math.floor(Date.now() / 1000);
  const text = `${part(head)}.${part({ ...claims, iat: now - 7200, exp: now - 3600 })}`;
  return `${text}.${createHmac('sha256', conf.JWT_SECRET).update(text).digest('base64url')}`;
}

async function provision(token, storeId) {
  const at = `/api/stores/mt/${storeId}`;
  await ask('POST', `${at}/connect-database`, { token, body: { type: 'managed' }, headers: { Prefer: 'wait=30' } });
  for (let i = 0; i < 120; i++) {
    const s = await must(200, 'GET', `${at}/provisioning-status`, { token });
    if (s.status === 'completed') return;
    assert.notEqual(s.status, 'failed', JSON.stringify(s));
    await new Promise((go) => setTimeout(go, 500));
  }
  assert.fail('the store was not provisioned within a minute');
}

function makeCustomer(conf, owner, storeId) {
  const email = `customer-${randomBytes(5).toString('hex')}@tables.example`;
  const hash = sql(conf.MASTER_DB_URL, `SELECT password_hash FROM users WHERE email = ${quote(owner.email)};`);
  tenantSql(conf, storeId, `INSERT INTO users (id, email, password_hash, first_name, last_name, role, account_type)
    VALUES (${quote(randomUUID())}, ${quote(email)}, ${quote(hash)}, 'Cas', 'Customer', 'customer', 'customer');`);
  return email;
}

// Agency A with a finished shop, money and keys; agency B; A's customer; and tokens that are no good any more.
export async function makeWorld() {
  const conf = settings();
  const a = await register('anna');
  const name = `Table ${randomBytes(4).toString('hex')}`;
  const { store } = await must(201, 'POST', '/api/stores/mt', { token: a.token, body: { name, country: 'NL' } });
  await provision(a.token, store.id);
  a.token = (await signIn(a.email)).token;
  a.second = await signIn(a.email);
  await must(201, 'POST', '/api/credits/mt/purchase', { token: a.token, body: { amount: 100, paymentMethod: 'test' } });
  await must(200, 'POST', '/api/credits/mt/spend', { token: a.token, body: { amount: 1.5, description: 'a first spend' } });
  await must(200, 'POST', '/api/integrations/stripe', {
    token: a.token,
    body: { publishableKey: `pk_test_${'a'.repeat(40)}`, secretKey: `sk_test_${'b'.repeat(40)}` },
  });
  const hostname = (await must(200, 'GET', `/api/stores/mt/${store.id}`, { token: a.token })).store.hostname;

  const b = await register('berta');
  const other = await must(201, 'POST', '/api/stores/mt', { token: b.token, body: { name: `${name} other` } });
  b.storeId = other.store.id;
  b.token = (await signIn(b.email)).token;

  const customer = makeCustomer(conf, a, store.id);
  const gone = await register('gone');
  sql(conf.MASTER_DB_URL, `UPDATE users SET is_active = false WHERE id = ${quote(gone.userId)};`);

  const sessions = await must(200, 'GET', '/api/auth/sessions', { token: a.token });
  const world = {
    conf, a, b, storeId: store.id, slug: store.slug, hostname, customer,
    sessionId: sessions.sessions.find((s) => !s.current).id,
    jobId: (await settledJobs(a.token))[0].id,
    tokens: {
      nobody: null,
      garbage: 'not.a.token',
      expired: expired(conf, a.token),
      'ended session': await ended(a.email),
      'disabled account': gone.token,
      'ended customer': await ended(customer, hostname),
      'another agency': b.token,
      customer: (await signIn(customer, hostname)).token,
      owner: a.token,
    },
  };
  world.tokens['customer of a suspended store'] = world.tokens.customer;
  world.tokens['customer of a deleted store'] = world.tokens.customer;
  world.tokens['owner of a deleted store'] = a.token;
  return world;
}

export function setStatus(w, status) {
  sql(w.conf.MASTER_DB_URL, `UPDATE stores SET status = ${quote(status)} WHERE id = ${quote(w.storeId)};`);
}

async function settledJobs(token) {
  for (let i = 0; ; i++) {
    const { jobs } = await must(200, 'GET', '/api/jobs/mt', { token });
    if (i >= 60 || !jobs.some((j) => j.status === 'queued' || j.status === 'running')) return jobs;
    await new Promise((go) => setTimeout(go, 500));
  }
}

// All that A has, as A and as the database itself tell it.
export async function snapshot(w) {
  const { token } = w.a;
  const get = (target) => must(200, 'GET', target, { token });
  const me = await get('/api/auth/me');
  const sessions = await get('/api/auth/sessions');

  return {
    user: { ...me.user, lastLogin: null },
    stores: await get('/api/stores/mt'),
    status: await get(`/api/stores/mt/${w.storeId}/provisioning-status`),
    balance: await get('/api/credits/mt/balance'),
    transactions: await get('/api/credits/mt/transactions?limit=100'),
    stripe: await get('/api/integrations/stripe'),
    jobs: (await settledJobs(token)).map((j) => [j.id, j.kind, j.status, j.attempts]),
    sessions: sessions.sessions.map((s) => s.id),
    tenant: tenantSql(w.conf, w.storeId, `SELECT md5(string_agg(s::text, '|')) FROM stores s;
      SELECT count(*), md5(string_agg(u.id || u.email || u.role, '|' ORDER BY u.id)) FROM users u;`),
  };
}
