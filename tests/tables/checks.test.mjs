// SPDX-License-Identifier: Apache-2.0
// Shows that each house check in tools/ fails, with a clear line, when what it guards is broken on purpose.
//
//   SOUK   the program (default build/souk); the checks that ask it are skipped without it

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { answerProblems } from './shape.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const souk = path.resolve(process.env.SOUK ?? path.join(root, 'build', 'souk'));
const parts = ['src', 'tests', 'tools', 'sql', 'templates', 'www', 'man', 'docs', 'etc'];
let copy;

before(() => {
  copy = mkdtempSync(path.join(tmpdir(), 'souk-checks-'));
  for (const part of parts)
    cpSync(path.join(root, part), path.join(copy, part), {
      recursive: true,
      filter: (from) => !/node_modules|\/\.|test-results/.test(from.slice(root.length)),
    });
  copyFileSync(path.join(root, '.clang-tidy'), path.join(copy, '.clang-tidy'));
});

after(() => rmSync(copy, { recursive: true, force: true }));

function run(script, ...args) {
  const command = script.endsWith('.mjs') ? process.execPath : 'sh';
  const env = { ...process.env, SOUK: souk };
  const done = spawnSync(command, [path.join(copy, 'tools', script), souk, ...args], { encoding: 'utf8', env });
  return { status: done.status, lines: `${done.stdout}${done.stderr}`.split('\n') };
}

const baselines = new Map();

// What the check says of the tree as it is; it has to be the same after each experiment is undone.
function baseline(script) {
  if (!baselines.has(script)) baselines.set(script, run(script));
  return baselines.get(script);
}

function breaks(script, words, file, change, expected) {
  test(words, () => {
    const known = new Set(baseline(script).lines);
    const at = path.join(copy, file);
    const old = existsSync(at) ? readFileSync(at, 'utf8') : null;
    const changed = change(old ?? '');

    assert.notEqual(changed, old, 'the experiment changes nothing');
    try {
      writeFileSync(at, changed);
      const { status, lines } = run(script);
      const fresh = lines.filter((line) => !known.has(line));

      assert.equal(status, 1, `exit code; it said:\n${lines.join('\n')}`);
      assert.ok(fresh.some((line) => expected.test(line)), `no line like ${expected} among:\n${fresh.join('\n')}`);
    } finally {
      if (old === null) rmSync(at);
      else writeFileSync(at, old);
    }
  });
}

const append = (text) => (old) => old + text;
const prepend = (text) => (old) => text + old;
const replace = (from, to) => (old) => old.replace(from, to);
const first = '/* SPDX-License-Identifier: Apache-2.0 */\n/* An experiment of the tests. */\n';
// The marks are put together here, so that this file does not bear them.
const mark = ['TO', 'DO'].join('');

describe('check_floors.sh', () => {
  const check = (...rest) => breaks('check_floors.sh', ...rest);

  check('base may not include db', 'src/base/text.c', append('#include "db/db.h"\n'), /src\/base may not include "db\/db\.h"/);
  check('config may not include json', 'src/config/settings.c', append('#include "json/json.h"\n'), /src\/config may not include/);
  check('crypto may not include net', 'src/crypto/token.c', append('#include "net/egress.h"\n'), /src\/crypto may not include/);
  check('domain may not include web', 'src/domain/stores.c', append('#include "web/reply.h"\n'), /src\/domain may not include "web\/reply\.h"/);
  check('web may not include domain', 'src/web/reply.c', append('#include "domain/stores.h"\n'), /src\/web may not include/);
  check('handlers may not include app', 'src/handlers/auth.c', append('#include "app/app.h"\n'), /src\/handlers may not include/);
  check('an include names its floor', 'src/web/reply.c', append('#include "reply.h"\n'), /not written as "floor\/file\.h"/);
  check('an included file is there', 'src/web/reply.c', append('#include "web/nothing.h"\n'), /"web\/nothing\.h" is not there/);
  check('the own header comes first', 'src/domain/audit.c', prepend('#include "db/db.h"\n'), /own header "domain\/audit\.h" must come first/);
  check('libpq stays in db', 'src/domain/stores.c', append('#include <libpq-fe.h>\n'), /<libpq-fe\.h> belongs to/);
  check('libfcgi stays in fcgi.c', 'src/web/reply.c', append('#include <fcgiapp.h>\n'), /<fcgiapp\.h> belongs to/);
  check('json-c stays in json', 'src/handlers/auth.c', append('#include <json-c/json.h>\n'), /<json-c\/json\.h> belongs to/);
  check('OpenSSL stays below', 'src/handlers/auth.c', append('#include <openssl/evp.h>\n'), /<openssl\/evp\.h> belongs to/);
  check('handlers have no statements', 'src/handlers/auth.c', append('static const struct stmt s;\n'), /src\/handlers runs no statements/);
  check('handlers have no SQL', 'src/handlers/auth.c', append('static const char *s = "SELECT id FROM users";\n'), /src\/handlers holds no SQL/);
  check('domain knows no HTTP', 'src/domain/stores.c', append('enum err f(struct request *);\n'), /src\/domain knows no HTTP/);
  check('a new folder is no floor', 'src/base/../stray.h', append('#include "base/err.h"\n'), /is no floor/);
});

describe('check_style.sh', () => {
  const check = (...rest) => breaks('check_style.sh', ...rest);
  const at = 'src/base/stray.c';
  const file = (text) => () => first + text;

  check('101 columns', at, file(`/* ${'x'.repeat(96)}*/\n`), /stray\.c:3: line of 101 columns/);
  check('a tab counts as 8', at, file(`\t\t/* ${'x'.repeat(80)}*/\n`), /stray\.c:3: line of 101 columns/);
  check('a function of 61 lines', at, file(`void f(void)\n{\n${'\tg();\n'.repeat(61)}}\n`), /function of 61 lines/);
  check('a file of 500 lines', at, file('int x;\n'.repeat(498)), /stray\.c:500: a file has fewer than 500 lines/);
  check('strcpy', at, file('void f(void)\n{\n\tstrcpy(a, b);\n}\n'), /stray\.c:5: forbidden call/);
  check('sprintf behind another call', at, file('int f(void)\n{\n\treturn g(sprintf(a, b));\n}\n'), /stray\.c:5: forbidden call/);
  check('a typedef of a struct', at, file('typedef struct x { int y; } x_t;\n'), /no typedef/);
  check('JSON by printf', at, file('void f(void)\n{\n\tbuf_printf(b, "{\\"a\\":%d}", 1);\n}\n'), /JSON is written by json_writer/);
  check('no SPDX line', at, () => 'int x;\nint y;\n', /stray\.c:1: the first line is the SPDX line/);
  check('no sentence', at, () => '/* SPDX-License-Identifier: Apache-2.0 */\nint x;\n', /stray\.c:2: under the SPDX line/);
  check('a leftover mark', at, file(`/* ${mark}: later */\n`), /stray\.c:3: a leftover mark/);
  check('blanks at the end', at, file('int x; \n'), /stray\.c:3: blanks at the end/);
  check('indented with blanks', at, file('void f(void)\n{\n        g();\n}\n'), /stray\.c:5: indented with blanks/);
  check('a mark in a template', 'templates/home.html', append(`<!-- ${mark} -->\n`), /home\.html:\d+: a leftover mark/);

  test('comments and texts are no calls', () => {
    const stray = path.join(copy, at);
    writeFileSync(stray, `${first}/* not strcpy() */\nstatic const char *s = "sprintf(";\n`);
    try {
      assert.ok(!run('check_style.sh').lines.some((line) => line.includes('stray.c')));
    } finally {
      rmSync(stray);
    }
  });
});

describe('check_headers.sh', () => {
  const check = (...rest) => breaks('check_headers.sh', ...rest);
  const at = 'src/base/stray.h';

  check('a header that leans on another', at, () => `${first}#pragma once\nbool f(void);\n`, /base\/stray\.h: does not compile alone/);
  check('a header without a guard', at, () => `${first}struct stray { int x; };\n`, /base\/stray\.h: does not compile alone/);
});

const tools = ['gcc', 'clang-tidy', 'cppcheck'].filter((tool) => spawnSync(tool, ['--version']).error);
const analysis = tools.length ? `${tools.join(' and ')} are not there` : false;

describe('check_analysis.sh', { skip: analysis }, () => {
  const header = 'src/base/stray.h';
  const sources = { src: 'src/base/stray.c', tests: 'tests/unit/stray.c' };
  const text = (body) => `${first}#include "base/stray.h"\n\n#include <stdlib.h>\n#include <string.h>\n\n${body}`;
  const careless = 'static inline int stray(const int *p)\n{\n\treturn *p;\n}\n';
  const careful = careless.replace('*p;', 'p ? *p : 0;');
  const write = (file, words) => writeFileSync(path.join(copy, file), words);

  function look(body, { at = sources.src, inline = '' } = {}) {
    write(header, `${first}#pragma once\n${inline}`);
    write(at, text(body));
    try {
      return run('check_analysis.sh', at);
    } finally {
      rmSync(path.join(copy, header));
      rmSync(path.join(copy, at));
    }
  }

  function finds(words, body, expected, where) {
    test(words, () => {
      const { status, lines } = look(body, where);
      assert.equal(status, 1, `exit code; it said:\n${lines.join('\n')}`);
      assert.ok(lines.some((line) => expected.test(line)), `no line like ${expected} among:\n${lines.join('\n')}`);
    });
  }

  function passes(words, body, where) {
    test(words, () => {
      const { status, lines } = look(body, where);
      assert.equal(status, 0, lines.join('\n'));
    });
  }

  const leak = (mark) => `int stray_leak(void)\n{\n\tchar *p = malloc(3);\n\n\treturn p != NULL;${mark}\n}\n`;
  const compared = (mark) => `int stray_same(const char *a)\n{\n${mark}\tif (strcmp(a, "x"))\n\t\treturn 1;\n\treturn 0;\n}\n`;
  const clean = 'int stray_none(void);\nint stray_none(void)\n{\n\treturn 0;\n}\n';
  const shift = (mark) => `int stray_shift(void)\n{\n\tint x[4] = { 0 };\n\n${mark}\treturn x[4];\n}\n`;

  passes('nothing in a clean file', clean);
  finds('a leak, by gcc', leak(''), /stray\.c:\d+:.* leak of .*analyzer-malloc-leak/);
  finds('a leak, by clang-tidy', leak(''), /stray\.c:\d+:.*clang-analyzer-unix\.Malloc/);
  finds('a comparison that says its contrary, by clang-tidy', compared(''), /stray\.c:\d+:.*suspicious-string-compare/);
  finds('an index beyond the end, by cppcheck', shift(''), /stray\.c:\d+: error: .*arrayIndexOutOfBounds/);
  finds('in the tests, too', leak(''), /tests\/unit\/stray\.c:\d+:.*analyzer-malloc-leak/, { at: sources.tests });
  test('the header of a file that was clean has changed', () => {
    const body = 'int stray_calls(void);\nint stray_calls(void)\n{\n\treturn stray(NULL);\n}\n';

    assert.equal(look(body, { inline: careful }).status, 0);
    const { status, lines } = look(body, { inline: careless });
    assert.equal(status, 1);
    assert.ok(lines.some((line) => /stray\.h:\d+:.*null/i.test(line)), lines.join('\n'));
  });
  finds('a file that does not compile', 'int stray(\n', /stray\.c:\d+:.*error: /);
  test('again, when nothing has changed since it failed', () => {
    assert.equal(look(leak('')).status, 1);
    assert.equal(look(leak('')).status, 1);
  });
  passes('a suppression with its reason', compared('\t/* NOLINTNEXTLINE(bugprone-suspicious-string-compare): an experiment */\n'));
  finds('a suppression without a reason', compared('\t/* NOLINTNEXTLINE(bugprone-suspicious-string-compare) */\n'), /stray\.c:\d+:.*NOLINT|names one check/);
  finds('a suppression of everything', compared('\t/* NOLINTNEXTLINE: an experiment */\n'), /a suppression names one check/);
  finds('an answer to another finding', leak('   /* analyzer-null-dereference: an experiment */'), /analyzer-malloc-leak/);
});

describe('check_escape.sh', () => {
  const check = (...rest) => breaks('check_escape.sh', ...rest);
  const list = 'templates/unescaped.allow';

  check('an unescaped tag that is not listed', 'templates/home.html', append('{{{stray}}}\n'), /home stray' is unescaped and not listed/);
  check('the other spelling', 'templates/home.html', append('{{& stray.name }}\n'), /home stray\.name' is unescaped/);
  check('a stale line', list, append('home nobody   # once\n'), /'home nobody' is used by no template/);
  check('changed delimiters', 'templates/home.html', append('{{=<% %>=}}\n'), /home\.html:\d+:\{\{=/);
});

const skip = existsSync(souk) ? false : `${souk} is not there`;

describe('check_openapi.mjs', { skip }, () => {
  const at = 'www/openapi.json';
  const check = (words, change, expected) =>
    breaks('check_openapi.mjs', words, at, (old) => {
      const doc = JSON.parse(old);
      change(doc);
      return JSON.stringify(doc, null, 2);
    }, expected);
  const me = (doc) => doc.paths['/api/auth/me'].get;

  check('a route that is not described', (doc) => delete doc.paths['/api/auth/me'], /GET \/api\/auth\/me: the route is not in/);
  check('a method that is not described', (doc) => delete doc.paths['/api/stores/mt/{id}'].patch, /PATCH .*: the route is not in/);
  check('an operation without a route', (doc) => (doc.paths['/api/nothing'] = { get: me(doc) }), /\/api\/nothing: openapi\.json describes it/);
  check('the short form is not another path', (doc) => (doc.paths['/api/stores'] = doc.paths['/api/stores/mt']), /\/api\/stores: openapi\.json/);
  check('who may', (doc) => (me(doc).security = []), /\/api\/auth\/me: security is "", the table says either/);
  check('no word of who may', (doc) => delete me(doc).security, /\/api\/auth\/me: security is "\(missing\)/);
  check('a path parameter that is missing', (doc) => delete doc.paths['/api/jobs/mt/{id}'].get.parameters, /path parameter id is not described/);
  check('a path parameter too many', (doc) => {
    me(doc).parameters = [{ name: 'x', in: 'path', required: true, schema: {} }];
  }, /there is no path parameter x/);
  check('Idempotency-Key', (doc) => {
    const op = doc.paths['/api/credits/mt/spend'].post;
    op.parameters = op.parameters.filter((p) => !/IdempotencyKey/.test(p.$ref));
  }, /spend: Idempotency-Key is not described/);
  check('429', (doc) => delete doc.paths['/api/auth/login'].post.responses[429], /login: answer 429 is not described/);
  check('a summary', (doc) => (me(doc).summary = 'Something else'), /summary "Something else"/);
  check('a reference', (doc) => (doc.components.schemas.User.properties.id = { $ref: '#/components/schemas/Gone' }), /Gone leads nowhere/);
  check('an answer without an example', (doc) => delete me(doc).responses[200].content['application/json'].example, /answer 200 needs/);
  check('two operations of one name', (doc) => (me(doc).operationId = 'login'), /operationId is that of/);
});

describe('principals.test.mjs', { skip }, () => {
  // A program that prints the routes table with a row more, or less.
  function told(words, change, expected) {
    test(words, () => {
      const rows = JSON.parse(spawnSync(souk, ['--config', '/dev/null', 'routes', '--json'], { encoding: 'utf8' }).stdout);
      const printer = path.join(copy, 'printer.mjs');
      writeFileSync(printer, `#!${process.execPath}\nconsole.log(${JSON.stringify(JSON.stringify(change(rows)))});\n`, { mode: 0o755 });
      const args = ['--test', '--test-name-pattern', 'every route has its expectation', 'tests/tables/principals.test.mjs'];
      const env = { ...process.env, SOUK: printer };
      delete env.NODE_TEST_CONTEXT;
      const done = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', env });

      assert.equal(done.status, expected ? 1 : 0, done.stdout);
      if (expected) assert.match(done.stdout, expected);
    });
  }

  told('the table as it is', (rows) => rows, null);
  told('a route without an expectation', (rows) => [...rows, { ...rows[0], pattern: '/api/stray' }], /routes without a line[^]*POST \/api\/stray/);
  told('an expectation without a route', (rows) => rows.slice(1), /lines of this test without a route/);
});

describe('shape.mjs', () => {
  const doc = JSON.parse(readFileSync(path.join(root, 'www', 'openapi.json'), 'utf8'));
  const good = doc.paths['/api/auth/me'].get.responses[200].content['application/json'].example;
  const look = (body, status = 200) => answerProblems(doc, 'GET', '/api/auth/me', status, body).join('\n');

  test('every example of the API is as its schema says', () => {
    for (const [at, item] of Object.entries(doc.paths))
      for (const [method, op] of Object.entries(item))
        for (const [status, answer] of Object.entries(op.responses ?? {})) {
          const a = answer.$ref ? doc.components.responses[answer.$ref.split('/').pop()] : answer;
          assert.deepEqual(answerProblems(doc, method, at, status, a.content['application/json'].example), []);
        }
  });
  test('a field that is missing', () => assert.match(look({ ...good, data: { user: good.data.user, stores: [] } }), /currentStoreId is missing/));
  test('a field too many', () => assert.match(look({ ...good, data: { ...good.data, x: 1 } }), /data\.x is not described/));
  test('a field of another type', () => assert.match(look({ ...good, data: { ...good.data, stores: 1 } }), /stores is integer, not array/));
  test('a word that is none', () =>
    assert.match(look({ ...good, data: { ...good.data, user: { ...good.data.user, role: 'king' } } }), /role is "king"/));
  test('a status that is not described', () => assert.match(look({ success: false, code: 'X' }, 418), /answer 418 \(X\) is not described/));
  test('a code that is not described', () => assert.match(look({ success: false, error: 'x', code: 'SLUG_TAKEN' }, 401), /code is "SLUG_TAKEN"/));
});

const noSystemd = spawnSync('systemd-analyze', ['--version']).error && 'systemd-analyze is not installed';

describe('check_units.sh', { skip: noSystemd }, () => {
  const check = (...rest) => breaks('check_units.sh', ...rest);

  check('a service with the rights of root', 'etc/systemd/souk-work.service', replace(/^(User|Group|CapabilityBoundingSet)=.*\n/gm, ''), /exposure level for souk-work\.service/);
  check('a service without its walls', 'etc/systemd/souk-serve.service', replace(/^(Protect|Private|SystemCall).*\n/gm, ''), /exposure level for souk-serve\.service/);
});

describe('check_docs.sh', { skip }, () => {
  const check = (...rest) => breaks('check_docs.sh', ...rest);

  check('a setting that the manual lost', 'man/souk.conf.5', replace(/\.TP\n\.B WORKERS\n.*\n.*\n/, ''), /souk\.conf\.5 is not what the table says/);
  check('a default that has changed', 'docs/SETTINGS.md', replace('`10/900`', '`11/900`'), /SETTINGS\.md is not what the table says/);
  check('a code that the reference lost', 'docs/API-ERRORS.md', replace(/\| `SLUG_TAKEN`.*\n/, ''), /API-ERRORS\.md is not what the table says/);
  check('a slow route that the example lost', 'etc/nginx-site.conf', replace(/location ~ "\^\/login/, 'location ~ "^/logon'),
    /nginx-site\.conf is not what souk site nginx prints/);
  check('a code of the API that is none', 'www/openapi.json', replace('"SLUG_TAKEN"', '"SLUG_GONE"'), /code SLUG_GONE with status 409 is not in the errors table/);
  check('a code under another status', 'www/openapi.json', (old) => {
    const doc = JSON.parse(old);
    doc.components.responses.StoreNotFound.content['application/json'].schema.allOf[1].properties.code.enum = ['FORBIDDEN'];
    return JSON.stringify(doc);
  }, /code FORBIDDEN with status 404 is not in the errors table/);
  check('a job that is not described', 'docs/ARCHITECTURE.md', replace(/\| `upkeep`.*\n/, ''), /upkeep is a job that docs\/ARCHITECTURE\.md does not have/);
  check('a job that is none', 'docs/ARCHITECTURE.md', replace('| `upkeep` |', '| `upkeep` | 1 s |\n| `downkeep` |'), /downkeep stands in docs\/ARCHITECTURE\.md, but is no job/);
  check('a command that the manual lost', 'man/souk.1', replace('.SS doctor', '.SS nurse'), /doctor is a command that man\/souk\.1 does not have/);
  check('a page of a command that has changed', 'man/souk-serve.1', replace('FastCGI', 'CGI'), /souk-serve\.1 is not what man\/souk\.1 says/);
  check('a page of no command', 'man/souk-nurse.1', () => '.TH SOUK 1\n', /souk-nurse\.1 stands in man, but is no command's page/);
});
