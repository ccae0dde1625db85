#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Compares the routes table (`souk routes --json`) with www/openapi.json, both ways.
//
//   tools/check_openapi.mjs [SOUK]     the program: argument, environment SOUK, or build/souk
//
// Every route that is not hidden is described under its full path, with its method, path parameters, who may, and the
// headers its flags ask for; nothing else is described. References lead somewhere, and examples have documented codes.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const souk = process.argv[2] ?? process.env.SOUK ?? path.join(root, 'build', 'souk');
const methods = ['get', 'put', 'post', 'delete', 'patch', 'options', 'head', 'trace'];
const security = {
  public: [],
  agency: ['agencyToken'],
  tenant: ['tenantToken'],
  either: ['agencyToken', 'tenantToken'],
};
const problems = [];
const complain = (words) => problems.push(words);

function table(name) {
  const env = { PATH: process.env.PATH };
  return JSON.parse(execFileSync(souk, ['--config', '/dev/null', name, '--json'], { encoding: 'utf8', env }));
}

// "/api/stores/mt?/:id" -> "/api/stores/mt/{id}"
function documentedPath(pattern) {
  return pattern.replace(/\?(?=\/|$)/g, '').replace(/:([A-Za-z]+)/g, '{$1}');
}

function resolve(doc, value) {
  if (!value?.$ref) return value;
  return value.$ref.slice(2).split('/').reduce((at, key) => at?.[key.replace(/~1/g, '/').replace(/~0/g, '~')], doc);
}

function checkReferences(doc, value, where) {
  if (!value || typeof value !== 'object') return;
  if (typeof value.$ref === 'string' && (!value.$ref.startsWith('#/') || !resolve(doc, value)))
    complain(`${where}: ${value.$ref} leads nowhere`);
  for (const [key, child] of Object.entries(value)) checkReferences(doc, child, `${where}/${key}`);
}

function checkOperation(doc, where, route, item, op) {
  const parameters = [...(item.parameters ?? []), ...(op.parameters ?? [])].map((p) => resolve(doc, p)).filter(Boolean);
  const inPath = parameters.filter((p) => p.in === 'path');
  const flags = route.flags.split(',');

  for (const [, name] of route.pattern.matchAll(/:([A-Za-z]+)/g))
    if (!inPath.some((p) => p.name === name && p.required)) complain(`${where}: path parameter ${name} is not described`);
  for (const p of inPath)
    if (!route.pattern.split('/').includes(`:${p.name}`)) complain(`${where}: there is no path parameter ${p.name}`);

  const said = op.security ? op.security.map((s) => Object.keys(s).join('+')).sort().join(' ') : '(missing)';
  const meant = [...(security[route.who] ?? [])].sort().join(' ');
  if (!op.security || said !== meant) complain(`${where}: security is "${said}", the table says ${route.who} ("${meant}")`);

  const keyed = parameters.some((p) => p.in === 'header' && p.name === 'Idempotency-Key');
  if (keyed !== flags.includes('idempotent'))
    complain(`${where}: Idempotency-Key is ${keyed ? '' : 'not '}described, the table says the opposite`);
  if ((route.rate !== '-') !== Boolean(op.responses?.[429]))
    complain(`${where}: answer 429 is ${op.responses?.[429] ? '' : 'not '}described, the table's rate is ${route.rate}`);
  if (op.summary !== route.summary) complain(`${where}: summary "${op.summary}", the table says "${route.summary}"`);
  for (const name of ['operationId', 'summary', 'tags']) if (!op[name]?.length) complain(`${where}: no ${name}`);
  for (const tag of op.tags ?? [])
    if (!doc.tags.some((t) => t.name === tag)) complain(`${where}: tag "${tag}" is not in the list of tags`);
  checkResponses(doc, where, op);
}

function checkResponses(doc, where, op) {
  const statuses = Object.keys(op.responses ?? {});

  if (!statuses.some((s) => s.startsWith('2'))) complain(`${where}: no success is described`);
  for (const status of statuses) {
    const response = resolve(doc, op.responses[status]);
    const json = response?.content?.['application/json'];

    if (!json?.schema || json.example === undefined) complain(`${where}: answer ${status} needs a schema and an example`);
    else if (json.example.success !== status.startsWith('2')) complain(`${where}: the example of ${status} is no such answer`);
  }
}

function main() {
  const doc = JSON.parse(readFileSync(path.join(root, 'www', 'openapi.json'), 'utf8'));
  const routes = table('routes');
  const described = new Map();
  const ids = new Map();
  const wanted = new Set();

  if (!/^3\.1\./.test(doc.openapi)) complain(`openapi is "${doc.openapi}", not 3.1`);
  checkReferences(doc, doc, '#');
  for (const [at, item] of Object.entries(doc.paths))
    for (const method of methods)
      if (item[method]) {
        const where = `${method.toUpperCase()} ${at}`;
        described.set(where, { item, op: item[method] });
        if (ids.has(item[method].operationId)) complain(`${where}: operationId is that of ${ids.get(item[method].operationId)}`);
        ids.set(item[method].operationId, where);
      }
  for (const route of routes) {
    if (route.flags.split(',').some((flag) => flag === 'hidden' || flag === 'page')) continue;
    const where = `${route.method} ${documentedPath(route.pattern)}`;
    wanted.add(where);
    if (!described.has(where)) complain(`${where}: the route is not in openapi.json`);
    else checkOperation(doc, where, route, described.get(where).item, described.get(where).op);
  }
  for (const where of described.keys())
    if (!wanted.has(where)) complain(`${where}: openapi.json describes it, the routes table does not have it`);

  for (const problem of problems) console.log(problem);
  if (problems.length) {
    console.error(`openapi: ${problems.length} wrong`);
    process.exit(1);
  }
  console.log(`openapi: ${wanted.size} operations as in the routes table`);
}

main();
