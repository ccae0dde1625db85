// SPDX-License-Identifier: Apache-2.0
// Routes × principals: who asks what, and what each is told; generated from `souk routes --json`, asserted through the server.
//
//   SOUK_URL, SOUK_HOME   the running server (see world.mjs)
//   SOUK                  the program (default build/souk)
//
// Every row of the routes table needs its line below: a new one without it fails the test. Each answer is also compared with
// openapi.json. Nothing that the others try may change what agency A has.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { answerProblems } from './shape.mjs';
import { ask, makeWorld, root, setStatus, signIn, snapshot } from './world.mjs';

const souk = path.resolve(process.env.SOUK ?? path.join(root, 'build', 'souk'));
const routes = JSON.parse(
  execFileSync(souk, ['--config', '/dev/null', 'routes', '--json'], { encoding: 'utf8', env: { PATH: process.env.PATH } }),
);
const doc = JSON.parse(readFileSync(path.join(root, 'www', 'openapi.json'), 'utf8'));

const refused = {
  nobody: [401, 'NO_TOKEN'],
  garbage: [401, 'INVALID_TOKEN'],
  expired: [401, 'TOKEN_EXPIRED'],
  'ended session': [401, 'SESSION_REVOKED'],
  'disabled account': [401, 'SESSION_REVOKED'],
  'ended customer': [401, 'SESSION_REVOKED'],
  'customer of a suspended store': [403, 'STORE_SUSPENDED'],
  'customer of a deleted store': [401, 'SESSION_REVOKED'],
};
// Those two have their turn at the end, when the store is what their name says.
const late = ['customer of a suspended store', 'customer of a deleted store'];
const others = [...Object.keys(refused).filter((who) => !late.includes(who)), 'another agency', 'customer'];

const noStore = [404, 'STORE_NOT_FOUND'];
const fine = [200, null];
const unique = (word) => `${word}-${randomBytes(4).toString('hex')}`;
const mail = () => `${unique('row')}@tables.example`;

// Cases of one route: what is sent (`w` is the world; :id is filled from `id`), and what "another agency", a "customer" and
// the owner are told; null leaves them out of that case. The rest follows from `who`; of a public route everybody is told
// `all`. A case that is `scoped` names A's store: once that is deleted, its own agency is told what any other is.
const onStore = (more = {}) => [{ id: (w) => w.storeId, other: noStore, owner: fine, scoped: true, ...more }];
const onCurrent = (more = {}) => [
  { query: (w) => `storeId=${w.storeId}`, other: noStore, owner: fine, scoped: true, ...more },
  { query: () => 'storeId=nothing', other: noStore, owner: noStore },
];
const database = { type: 'postgresql', connectionString: 'postgresql://a:b@127.0.0.2:1/c' };

const table = {
  'POST /api/auth/register': [
    { body: () => ({}), all: [400, 'VALIDATION_ERROR'] },
    { body: (w) => ({ email: w.a.email, password: 'clay and glaze in winter', firstName: 'A', lastName: 'B' }), all: [409, 'USER_EXISTS'] },
    { body: () => ({ email: mail(), password: 'clay and glaze in winter', firstName: 'A', lastName: 'B', role: 'admin' }), all: [201, null] },
  ],
  'POST /api/auth/login': [
    { body: (w) => ({ email: w.a.email, password: 'not it' }), all: [401, 'INVALID_CREDENTIALS'] },
    { body: () => ({ email: mail(), password: 'x', hostname: 'no-such-shop.example' }), all: noStore },
    { body: (w) => ({ email: w.customer, password: 'clay and glaze in winter' }), all: [401, 'INVALID_CREDENTIALS'] },
    {
      body: (w) => ({ email: w.a.email, password: 'clay and glaze in winter', hostname: w.hostname }),
      all: [401, 'INVALID_CREDENTIALS'],
      late: [[403, 'STORE_SUSPENDED'], noStore],
    },
  ],
  'GET /api/auth/me': [{ other: fine, customer: fine, owner: fine }],
  'PATCH /api/auth/profile': [
    { body: () => ({ lastName: 'Renamed', role: 'admin', credits: 1 }), other: fine, customer: fine, owner: fine },
  ],
  'POST /api/auth/refresh': [
    { body: () => ({ refreshToken: 'srt_m_nothing' }), all: [401, 'REFRESH_FAILED'] },
    { body: (w) => ({ refreshToken: `srt_t_${w.storeId.replace(/-/g, '')}_nothing` }), all: [401, 'REFRESH_FAILED'] },
  ],
  'POST /api/auth/logout': [{ fresh: true, all: fine }],
  'GET /api/auth/sessions': [{ other: fine, customer: fine, owner: fine }],
  'DELETE /api/auth/sessions/:id': [
    { id: (w) => w.sessionId, other: [404, 'SESSION_NOT_FOUND'], customer: [404, 'SESSION_NOT_FOUND'], owner: fine },
    { id: () => 'nothing', other: [404, 'SESSION_NOT_FOUND'], customer: [404, 'SESSION_NOT_FOUND'], owner: [404, 'SESSION_NOT_FOUND'] },
  ],
  'POST /api/auth/switch-store': [
    { body: (w) => ({ storeId: w.storeId }), other: noStore, owner: fine, scoped: true },
    { body: () => ({ storeId: 'nothing' }), other: noStore, owner: noStore },
  ],
  'POST /api/auth/verify-email': [
    { body: () => ({}), all: [400, 'VALIDATION_ERROR'] },
    { body: () => ({ token: 'nothing', emailVerified: true }), all: [400, 'CODE_INVALID'] },
    { body: () => ({ email: mail(), code: '000000' }), all: [400, 'CODE_INVALID'] },
  ],
  'POST /api/auth/resend-verification': [
    { body: () => ({ email: 'nobody' }), all: [400, 'VALIDATION_ERROR'] },
    { body: () => ({ email: mail() }), all: fine },
  ],
  'POST /api/auth/forgot-password': [
    { body: () => ({}), all: [400, 'VALIDATION_ERROR'] },
    { body: (w) => ({ email: w.a.email, userId: 'x' }), all: fine },
    { body: () => ({ email: mail() }), all: fine },
  ],
  'POST /api/auth/reset-password': [
    { body: () => ({}), all: [400, 'VALIDATION_ERROR'] },
    { body: (w) => ({ token: 'nothing', password: 'clay and glaze in spring', userId: w.a.userId }), all: [400, 'CODE_INVALID'] },
  ],
  'POST /api/auth/change-password': [
    {
      body: (w) => ({ currentPassword: 'not it', newPassword: 'clay and glaze in spring', userId: w.a.userId }),
      other: [401, 'INVALID_CREDENTIALS'],
      customer: [401, 'INVALID_CREDENTIALS'],
      owner: [401, 'INVALID_CREDENTIALS'],
    },
  ],

  'POST /api/stores/mt?': [
    { body: (w) => ({ name: 'Mine now', slug: w.slug }), other: [409, 'SLUG_TAKEN'], owner: [409, 'SLUG_TAKEN'] },
    { body: () => ({}), other: [400, 'VALIDATION_ERROR'], owner: [400, 'VALIDATION_ERROR'] },
    { body: () => ({ name: unique('Row'), userId: 'x', status: 'active' }), other: null, owner: [201, null] },
  ],
  'GET /api/stores/mt?': [{ other: fine, owner: fine }],
  'GET /api/stores/mt?/dropdown': [{ other: fine, owner: fine }],
  'GET /api/stores/mt?/check-slug': [{ query: (w) => `slug=${w.slug}`, other: fine, owner: fine }],
  'GET /api/stores/mt?/:id': onStore(),
  'PATCH /api/stores/mt?/:id': onStore({ body: () => ({ name: 'Taken over', userId: 'x', status: 'suspended' }) }),
  'DELETE /api/stores/mt?/:id': [
    { id: (w) => w.storeId, other: noStore, owner: null },
    { id: (w) => w.b.storeId, other: null, owner: noStore },
  ],
  'POST /api/stores/mt?/:id/connect-database': onStore({ body: () => ({ type: 'managed' }), owner: [409, 'ALREADY_CONNECTED'] }),
  'POST /api/stores/mt?/:id/test-database': onStore({ body: () => database, owner: [400, 'HOST_NOT_ALLOWED'] }),
  'GET /api/stores/mt?/:id/provisioning-status': onStore(),
  'GET /api/stores/mt?/:id/health': onStore(),

  'GET /api/credits/mt?/balance': onCurrent(),
  'POST /api/credits/mt?/purchase': [
    { body: (w) => ({ amount: 1, paymentMethod: 'test', storeId: w.storeId }), other: noStore, owner: [201, null], scoped: true },
    { query: (w) => `storeId=${w.storeId}`, body: () => ({ amount: 1, paymentMethod: 'test' }), other: noStore, owner: [201, null] },
  ],
  'POST /api/credits/mt?/spend': [
    { body: (w) => ({ amount: 1, storeId: w.storeId }), other: noStore, owner: fine, scoped: true },
    { query: (w) => `storeId=${w.storeId}`, body: () => ({ amount: 1 }), other: noStore, owner: fine },
  ],
  'GET /api/credits/mt?/transactions': onCurrent(),
  'GET /api/credits/mt?/pricing': [{ other: fine, owner: fine }],

  'GET /api/jobs/mt?': onCurrent(),
  'GET /api/jobs/mt?/:id': [
    { id: (w) => w.jobId, other: [404, 'JOB_NOT_FOUND'], owner: fine },
    { id: (w) => w.jobId, query: (w) => `storeId=${w.storeId}`, other: noStore, owner: fine },
  ],
  'POST /api/integrations/stripe': [
    {
      body: (w) => ({ publishableKey: `pk_test_${'c'.repeat(40)}`, secretKey: `sk_test_${'d'.repeat(40)}`, storeId: w.storeId }),
      other: noStore,
      owner: fine,
      scoped: true,
    },
  ],
  'GET /api/integrations/stripe': onCurrent(),
  'DELETE /api/integrations/stripe': onCurrent(),

  'GET /api/test/master-db': [{ all: fine }],
  'GET /openapi.json': [{ all: fine, plain: true }],
  'GET /healthz': [{ all: fine, plain: true }],
  'GET /readyz': [{ all: fine, plain: true }],
  'GET /metrics': [{ all: fine, plain: true }],
};

// Pages: who is nobody, or nobody any more, is sent to sign in; a shop's customer is none of the platform's; and no form
// without its token does anything, whoever sends it. Public pages are there for all; who is signed in needs no login.
function pageExpectation(route, who) {
  const form = route.flags.split(',').includes('form');

  const signedIn = who === 'owner' || who === 'another agency';

  if (route.who === 'public' && form) return [403, null];
  if (signedIn && /^\/(login|register)$/.test(route.pattern)) return [303, null, /^\/(dashboard|onboarding)/];
  if (route.who === 'public') return [refused[who]?.[0] === 403 ? 403 : 200, null];
  if (refused[who]?.[0] === 401) return [303, null, /^\/login/];
  if (refused[who] || who === 'customer') return [403, null];
  return form ? [403, null] : null;   // what the owner sees is for the browser tests
}

const isPage = (route) => route.flags.split(',').includes('page');
const key = (route) => `${route.method} ${route.pattern}`;
const described = (route) => route.pattern.replace(/\?(?=\/|$)/g, '').replace(/:([A-Za-z]+)/g, '{$1}');

// "/api/stores/mt?/:id" is two paths.
function forms(pattern) {
  const long = pattern.replace(/\?(?=\/|$)/g, '');
  const short = pattern.replace(/\/[^/]+\?(?=\/|$)/g, '');
  return long === short ? [long] : [long, short];
}

const counted = { cells: 0, routes: new Set(), principals: new Set() };
const wrong = [];

function judge(route, who, target, [status, code, location], answer, plain) {
  const words = `${key(route)} as ${who} (${target})`;

  counted.cells++;
  counted.routes.add(key(route));
  counted.principals.add(who);
  if (answer.status !== status || (code !== undefined && code !== null && answer.code !== code)) {
    wrong.push(`${words}: ${answer.status} ${answer.code ?? ''}, expected ${status} ${code ?? ''}`);
    return;
  }
  if (location && !location.test(answer.headers.get('location') ?? ''))
    wrong.push(`${words}: leads to ${answer.headers.get('location')}`);
  if (!answer.headers.get('x-request-id')) wrong.push(`${words}: no X-Request-Id`);
  if (!isPage(route) && !plain)
    wrong.push(...answerProblems(doc, route.method, described(route), answer.status, answer.json).map((p) => `${p} (as ${who})`));
}

function expectation(route, one, who) {
  if (who === 'owner of a deleted store') return one.scoped ? one.other : null;
  if (one.late && late.includes(who)) return one.late[late.indexOf(who)];
  if (one.all) return one.all;
  if (refused[who]) return refused[who];
  if (who === 'another agency') return one.other;
  if (who === 'customer') return route.who === 'agency' ? [403, 'FORBIDDEN'] : one.customer;
  return one.owner;
}

async function cell(w, route, one, form, who) {
  const expected = expectation(route, one, who);
  const query = one.query ? `?${one.query(w)}` : '';
  const target = form.replace(/:id/, () => one.id(w)) + query;
  let token = w.tokens[who];

  if (expected === null) return;
  assert.ok(expected, `no expectation for ${key(route)} as ${who}`);
  // A route that ends the session that asks is given one of its own.
  if (one.fresh && who === 'another agency') token = (await signIn(w.b.email)).token;
  if (one.fresh && who === 'customer') token = (await signIn(w.customer, w.hostname)).token;
  if (one.fresh && who === 'owner') token = (await signIn(w.a.email)).token;
  const answer = await ask(route.method, target, { token, body: one.body?.(w) });
  judge(route, who, target, expected, answer, one.plain);
  if (who === 'another agency' && !one.all)
    for (const secret of [w.storeId, w.a.email, w.a.userId])
      if (answer.text.includes(secret)) wrong.push(`${key(route)} as ${who} (${target}): the answer names ${secret}`);
}

async function play(w, who) {
  for (const route of routes.filter((r) => !isPage(r)))
    for (const one of table[key(route)]) for (const form of forms(route.pattern)) await cell(w, route, one, form, who);
}

async function playPages(w, who) {
  for (const route of routes.filter(isPage)) {
    const expected = pageExpectation(route, who);
    if (!expected) continue;
    const body = route.method === 'POST' ? 'name=x' : undefined;
    const headers = body ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {};
    judge(route, who, route.pattern, expected, await ask(route.method, route.pattern, { token: w.tokens[who], body, headers }));
  }
}

// A path that has rows answers every other method with 405 and says which it takes.
async function playMethods(w, who) {
  const rows = new Map();

  for (const route of routes.filter((r) => !isPage(r)))
    for (const form of forms(route.pattern)) rows.set(form, [...(rows.get(form) ?? []), route]);
  for (const [form, here] of rows)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      if (here.some((r) => r.method === method)) continue;
      const answer = await ask(method, form.replace(/:id/, w.storeId), { token: w.tokens[who] });
      const allow = (answer.headers.get('allow') ?? '').split(/, */);
      counted.cells++;
      if (answer.status !== 405 || answer.code !== 'METHOD_NOT_ALLOWED')
        wrong.push(`${method} ${form} as ${who}: ${answer.status} ${answer.code}, expected 405 METHOD_NOT_ALLOWED`);
      else if (!here.every((r) => allow.includes(r.method)) || allow.includes(method))
        wrong.push(`${method} ${form} as ${who}: Allow is ${allow}`);
    }
}

function noneWrong() {
  const found = wrong.splice(0);
  assert.equal(found.length, 0, `${found.length} cells are wrong:\n${found.join('\n')}`);
}

test('every route has its expectation, and every expectation its route', () => {
  const api = routes.filter((r) => !isPage(r)).map(key);
  assert.deepEqual(api.filter((k) => !table[k]), [], 'routes without a line in the table of this test');
  assert.deepEqual(Object.keys(table).filter((k) => !api.includes(k)), [], 'lines of this test without a route');
  for (const route of routes.filter((r) => !isPage(r)))
    for (const one of table[key(route)]) {
      const missing = [...others, 'owner'].filter((who) => expectation(route, one, who) === undefined);
      assert.deepEqual(missing, [], `${key(route)}: nothing is said of`);
    }
});

test('routes × principals', { timeout: 600_000 }, async (t) => {
  const w = await makeWorld();
  const before = await snapshot(w);

  for (const who of others) {
    await t.test(`as ${who}`, async () => {
      await play(w, who);
      await playPages(w, who);
      noneWrong();
    });
  }
  await t.test('methods that a path does not take', async () => {
    await playMethods(w, 'nobody');
    await playMethods(w, 'owner');
    noneWrong();
  });
  await t.test('what agency A has is as it was', async () => assert.deepEqual(await snapshot(w), before));
  await t.test('as owner', async () => {
    await play(w, 'owner');
    await playPages(w, 'owner');
    noneWrong();
  });

  await t.test('as customer of a suspended store', async () => {
    setStatus(w, 'suspended');
    await play(w, late[0]);
    await playPages(w, late[0]);
    setStatus(w, 'active');
    noneWrong();
  });
  await t.test('as owner and customer of a deleted store', async () => {
    assert.equal((await ask('DELETE', `/api/stores/mt/${w.storeId}`, { token: w.tokens.owner })).status, 200);
    await play(w, 'owner of a deleted store');
    await play(w, late[1]);
    await playPages(w, late[1]);
    noneWrong();
  });

  const words = `${counted.cells} cells asserted: ${counted.routes.size} routes, ${counted.principals.size} principals`;
  t.diagnostic(words);
  console.log(`principals: ${words}`);
});
