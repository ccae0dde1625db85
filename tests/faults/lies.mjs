// SPDX-License-Identifier: Apache-2.0
// The ways in which a stranger's PostgreSQL may lie, one a row: name, step at which it lies, what it does, and the reason
// that the person who named the server is told.
import { announce, ask, complete, describe, error, fields, int16, int32, key, message, oid, parameter, ready, row, scram,
	text } from '../lib/fake_pg.mjs';

// None of this may ever be seen again, in an answer or in a log.
export const DIRT = "<script>alert('dirt')</script> password=dirt-secret \u001b[31m";
export const PASSWORD = 'pass-word-of-the-store-91';

const SESSION = /set_config/, PING = /AS one/, FACTS = /server_version_num/, IDENTITY = /system_identifier/,
	EMPTY = /AS empty/;

const many = (bytes, size = 65536) => Buffer.concat(Array(Math.ceil(size / bytes.length)).fill(bytes));
// Rows whose one column is changed; the rest stays what it is.
const columns = (change) => (s, q) => s.write(describe(change(q.columns)));
const values = (change) => (s, q) => s.write(...q.rows.map((r) => row(change([...r]))), complete());
const put = (at, what) => values((r) => r.with(at, what));
// Each has a name that was not there before.
const newParameters = (i) => Buffer.concat(Array.from({ length: 2000 }, (_, j) => parameter(`${i * 2000 + j}`, '')));
const http = 'HTTP/1.1 400 Bad Request\r\n\r\n';
const huge = 0x3fffffff;

// Each message of the answer late, none too late: only the sum is.
const late = (ms) => async (s) => {
	await new Promise((resolve) => setTimeout(resolve, ms));
	await s.write(ready());
};

function lie(name, at, reason, play, more = {}) {
	return { name, at, reason, play, about: FACTS, tls: '', slow: reason === 'timeout', ...more };
}
const about = (words) => ({ about: words });
const tls = (mode, certificate) => ({ tls: `?sslmode=${mode}`, certificate });

// ---- before anybody says who they are ----

const ACCEPT = [
	lie('closes at once', 'accept', 'refused', (s) => s.close()),
	lie('resets at once', 'accept', 'refused', (s) => s.reset()),
	lie('accepts and is silent', 'accept', 'timeout', (s) => s.silence()),
	lie('speaks HTTP', 'accept', 'refused', (s) => s.flood(http, 100), { tls: '?sslmode=disable' }),
	lie('has no TLS where it is asked for', 'ssl', 'tls', (s) => s.write('N'), tls('require')),
	lie('answers the TLS request with nonsense', 'ssl', 'tls', (s) => s.write('X'), tls('require')),
	lie('answers the TLS request with an error', 'ssl', 'tls', (s) => s.write(error('SFATAL', 'CXX000', `M${DIRT}`)),
		tls('require')),
	lie('says TLS, then garbage', 'ssl', 'tls', async (s) => {
		await s.write('S');
		await s.read(5);
		await s.write(DIRT.repeat(9));
	}, tls('require')),
	lie('says TLS, then closes', 'ssl', 'tls', async (s) => {
		await s.write('S');
		await s.close();
	}, tls('require')),
	lie('says TLS, then is silent', 'ssl', 'timeout', async (s) => {
		await s.write('S');
		await s.silence();
	}, tls('require')),
	lie('has no TLS and is silent after it', 'ssl', 'timeout', async (s) => {
		await s.write('N');
		await s.silence();
	}),
];

// Rows that need certificates: { good, stranger, expired, otherName, old }.
export const certificateLies = (c) => [
	lie('a good certificate, and no lie', 'none', null, null, tls('verify-full', c.good)),
	lie('a certificate that nobody vouches for', 'none', 'tls', null, tls('verify-full', c.stranger)),
	lie('a certificate that has expired', 'none', 'tls', null, tls('verify-full', c.expired)),
	lie('a certificate of another name', 'none', 'tls', null, tls('verify-full', c.otherName)),
	lie('TLS of another century', 'none', 'tls', null, tls('require', c.old)),
	lie('TLS, and more in the clear before it', 'ssl', 'tls', (s) => s.startTls(c.good, Buffer.concat([Buffer.from('S'), ask(0), ready()])),
		tls('require')),
	lie('TLS, then garbage inside', 'auth', 'refused', (s) => s.write(http.repeat(9)), tls('require', c.good)),
	lie('TLS, then silence inside', 'auth', 'timeout', (s) => s.silence(), tls('require', c.good)),
	lie('a clear-text password under TLS that proves nothing', 'auth', 'auth', (s) => s.write(ask(3)), tls('require', c.stranger)),
	lie('a request cut over TLS records', 'auth', 'auth', (s) => s.drip(ask(3), 30), tls('require', c.stranger)),
	lie('a row flood under TLS', 'execute', 'server_version', (s) => s.flood(many(row(['7']))), tls('require', c.good)),
];

// ---- signing in ----

const asking = (code, ...body) => async (s) => {
	await s.write(ask(code, ...body));
	await s.silence();
};
const twisted = (twist) => async (s) => {
	await scram(s, PASSWORD, twist);
	await s.write(error('SFATAL', 'C28P01', `M${DIRT}`));
};
// The nonce fills it up; libpq takes a message of 2000 bytes with its length and code.
const long = (nonce, size) => {
	const end = ',s=eHh4eA==,i=2147483647';
	return `r=${nonce}`.padEnd(size - end.length, 'x') + end;
};
const AUTH = [
	lie('is silent when asked to let in', 'auth', 'timeout', (s) => s.silence()),
	lie('closes when asked to let in', 'auth', 'refused', (s) => s.close()),
	lie('resets when asked to let in', 'auth', 'refused', (s) => s.reset()),
	lie('asks for the password in the clear', 'auth', 'auth', asking(3)),
	lie('asks for it in the clear, half a message first', 'auth', 'auth', (s) => s.drip(ask(3), 20)),
	lie('asks for it in the clear in the shadow of another request', 'auth', 'auth', (s) => s.write(ask(5, 'salt'), ask(3))),
	lie('asks for Kerberos', 'auth', 'auth', asking(2)),
	lie('asks for SCM credentials', 'auth', 'auth', asking(6)),
	lie('asks for GSS', 'auth', 'auth', asking(7)),
	lie('asks for SSPI', 'auth', 'auth', asking(9)),
	lie('asks for what does not exist', 'auth', 'auth', asking(99)),
	lie('asks for MD5 without a salt', 'auth', 'auth', async (s) => {
		await s.write(ask(5));
		await s.close();
	}),
	lie('asks for SASL of no known kind', 'auth', 'auth', asking(10, text('SCRAM-SHA-512'), Buffer.from([0]))),
	lie('asks for SASL of no kind', 'auth', 'auth', asking(10, Buffer.from([0]))),
	lie('goes on with SASL that was not begun', 'auth', 'auth', asking(11, 'r=x,s=eA==,i=4096')),
	lie('SCRAM with a huge count', 'auth', 'auth', twisted({ first: (nonce) => `r=${nonce},s=eHh4eA==,i=2147483647` })),
	lie('SCRAM with a huge count in the longest answer', 'auth', 'auth', twisted({ first: (nonce) => long(nonce, 1992) })),
	lie('SCRAM with a huge count in a longer answer', 'auth', 'auth', twisted({ first: (nonce) => long(nonce, 1993) })),
	lie('SCRAM with a count of none', 'auth', 'auth', twisted({ first: (nonce) => `r=${nonce},s=eHh4eA==,i=0` })),
	lie('SCRAM with words for a count', 'auth', 'auth', twisted({ first: (nonce) => `r=${nonce},s=eHh4eA==,i=many` })),
	lie('SCRAM with another nonce', 'auth', 'auth', twisted({ first: () => 'r=notyours,s=eHh4eA==,i=4096' })),
	lie('SCRAM with a salt that is none', 'auth', 'auth', twisted({ first: (nonce) => `r=${nonce},s=%%%,i=4096` })),
	lie('SCRAM with a wrong signature', 'auth', 'auth', twisted({ last: () => [ask(12, `v=${Buffer.alloc(32).toString('base64')}`)] })),
	lie('SCRAM that fails in words', 'auth', 'auth', twisted({ last: () => [ask(12, `e=${DIRT}`)] })),
	lie('SCRAM without the last word', 'auth', 'timeout', async (s) => {
		await scram(s, PASSWORD, { last: () => [] });
		await s.silence();
	}),
	lie('SCRAM without an end', 'auth', 'auth', async (s) => {
		await scram(s, PASSWORD, { last: () => [ask(11, 'r=x,s=eHh4eA==,i=1')] });
		await s.flood(ask(11, 'r=x,s=eHh4eA==,i=1'), 10);
	}),
	lie('a request of length 0', 'auth', 'refused', (s) => s.write(announce('R', 0), ask(0))),
	lie('a request of a negative length', 'auth', 'auth', (s) => s.write(announce('R', -5), ask(0))),
	lie('a request of two gigabytes', 'auth', 'auth', (s) => s.write(announce('R', 0x7fffffff), int32(5))),
	lie('an error of a gigabyte', 'auth', 'refused', async (s) => {
		await s.write(announce('E', huge));
		await s.flood('M'.repeat(16384));
	}),
	lie('an error without a state', 'auth', 'refused', (s) => s.write(error('SFATAL', `M${DIRT}`))),
	lie('an error without an end', 'auth', 'refused', (s) => s.write(message('E', `SFATAL\0M${DIRT}`))),
	lie('an error that quotes another state', 'auth', 'refused', (s) => s.write(error('SFATAL', 'C53300', `M:  ${DIRT}`))),
	lie('an error that drips', 'auth', 'timeout', (s) => s.drip(error('SFATAL', `M${DIRT.repeat(9)}`), 200)),
	lie('offers another protocol version', 'auth', 'refused', (s) => s.write(message('v', int32(3 << 16), int32(0)))),
	lie('sends rows before it lets in', 'auth', 'refused', (s) => s.write(describe([['x', oid.text]]), row([DIRT]), ready())),
];

// ---- let in, but not ready ----

const SESSION_START = [
	lie('lets in and is silent', 'session', 'timeout', (s) => s.silence()),
	lie('lets in and closes', 'session', 'refused', (s) => s.close()),
	lie('lets in and asks again', 'session', 'refused', (s) => s.write(ask(3))),
	lie('lets in and has an error', 'session', 'refused', (s) => s.write(error('SFATAL', `M${DIRT}`))),
	lie('parameters without an end', 'session', 'refused', (s) => s.flood(many(parameter('a', 'b')))),
	lie('new parameters without an end', 'session', 'refused', (s) => s.flood(newParameters)),
	lie('notices without an end', 'session', 'refused', (s) => s.flood(many(fields('N', 'SNOTICE', 'C00000', `M${DIRT}`)))),
	lie('a notice every half second', 'session', 'timeout', (s) => s.flood(fields('N', 'SNOTICE', 'C00000', `M${DIRT}`), 500)),
	lie('notifications without an end', 'session', 'refused', (s) => s.flood(many(message('A', int32(1), text('c'), text(DIRT))))),
	lie('keys without an end', 'session', 'refused', (s) => s.flood(many(key()))),
	lie('a parameter of a gigabyte', 'session', 'refused', (s) => s.write(announce('S', huge), text('a'))),
	lie('no version', 'session', 'server_version', (s) => s.write(key())),
	lie('a version of words', 'session', 'server_version', (s) => s.write(parameter('server_version', DIRT))),
	lie('a version too old', 'session', 'server_version', (s) => s.write(parameter('server_version', '9.1.24'))),
	lie('never ready', 'ready', 'timeout', (s) => s.silence()),
	lie('ready in an open transaction', 'ready', 'server_version', (s) => s.write(ready('T'))),
	lie('ready in a failed transaction', 'ready', 'server_version', (s) => s.write(ready('E'))),
	lie('ready in a state that does not exist', 'ready', 'server_version', (s) => s.write(ready('?'))),
];

// ---- questions and answers ----

const each = (where, name) => [
	lie(`is silent ${name}`, 'parse', 'timeout', (s) => s.silence(), about(where)),
	lie(`closes ${name}`, 'parse', 'refused', (s) => s.close(), about(where)),
];
const ANSWERS = [
	...each(SESSION, 'at the session\'s settings'), ...each(PING, 'at the first question'), ...each(FACTS, 'at the second question'),
	...each(EMPTY, 'at the last question'),
	lie('is silent after the rows', 'sync', 'timeout', (s) => s.silence()),
	lie('closes in the middle of a row', 'execute', 'refused', async (s, q) => {
		await s.write(row(q.rows[0]).subarray(0, 12));
		await s.close();
	}),
	lie('resets in the middle of a row', 'execute', 'refused', async (s, q) => {
		await s.write(row(q.rows[0]).subarray(0, 12));
		await s.reset();
	}),
	lie('a byte now and then', 'execute', 'timeout', (s, q) => s.drip(row(q.rows[0]), 300)),
	lie('each answer late, none too late', 'sync', 'timeout', late(1800), about(/./)),
	lie('refuses the session\'s settings', 'execute', 'server_version', (s) => s.write(error('SERROR', 'C42704', `M${DIRT}`)), about(SESSION)),
	lie('rows without an end', 'execute', 'server_version', (s) => s.flood(many(row(['7', 't', 't', '7', 'x', 'f'])))),
	lie('rows of nothing without an end', 'execute', 'server_version', (s, q) => s.flood(many(row(q.columns.map(() => null))))),
	lie('a row of a gigabyte', 'execute', 'server_version', async (s) => {
		await s.write(announce('D', huge), int16(6), int32(huge - 40));
		await s.flood('x'.repeat(65536));
	}),
	lie('a field of 9 MB', 'execute', 'server_version', (s) => s.write(row(['150004', 't', 't', '1', 'x'.repeat(9 << 20), 'f']), complete())),
	lie('a field of 100 KB', 'execute', 'server_version', put(4, 'x'.repeat(100 << 10))),
	lie('as many columns as there can be', 'describe', 'server_version', (s) => s.write(
		describe(Array(32767).fill(['n', oid.int4])))),
	lie('a negative number of columns', 'describe', 'server_version', (s) => s.write(message('T', int16(-1)))),
	lie('fewer columns than it says', 'describe', 'server_version', (s) => s.write(message('T', int16(6), text('version')))),
	lie('rows of fewer columns than described', 'execute', 'server_version', (s) => s.write(row(['1', 't']), complete())),
	lie('rows of more columns than described', 'execute', 'server_version', (s) => s.write(row(Array(9).fill('1')), complete())),
	lie('a field of a negative length', 'execute', 'server_version', (s) => s.write(message('D', int16(6), int32(-7)), complete())),
	lie('a field longer than its message', 'execute', 'server_version', (s) => s.write(message('D', int16(6), int32(9999), 'x'), complete())),
	lie('text where a number belongs', 'describe', 'server_version', columns((c) => c.with(0, ['version', oid.text]))),
	lie('a number that is none', 'execute', 'server_version', put(0, DIRT)),
	lie('a number too large', 'execute', 'server_version', put(3, '99999999999999999999')),
	lie('a negative version', 'execute', 'server_version', put(0, '-150004')),
	lie('an old version on second thoughts', 'execute', 'server_version', put(0, '90124')),
	lie('nothing but NULL', 'execute', 'server_version', values((r) => r.map(() => null))),
	lie('columns of other names', 'describe', 'server_version', columns((c) => c.map(() => [DIRT, oid.text]))),
	lie('no columns', 'describe', 'server_version', (s) => s.write(message('T', int16(0)))),
	lie('no description', 'describe', 'server_version', async () => {}),
	lie('no rows', 'execute', 'server_version', (s) => s.write(complete('SELECT 0'))),
	lie('no row at the last question', 'execute', 'server_version', (s) => s.write(complete('SELECT 0')), about(EMPTY)),
	lie('an identity that is not UTF-8', 'execute', 'server_version', (s) => s.write(row([Buffer.from([0xff, 0xfe, 0x80])]), complete()),
		about(IDENTITY)),
	lie('an identity of markup', 'execute', 'server_version', (s) => s.write(row([DIRT]), complete()), about(IDENTITY)),
	lie('COPY in', 'execute', 'server_version', (s) => s.write(message('G', '\0\0\0'))),
	lie('COPY out', 'execute', 'server_version', (s) => s.write(message('H', '\0\0\0'), message('d', DIRT), message('c'))),
	lie('COPY both', 'execute', 'server_version', (s) => s.write(message('W', '\0\0\0'))),
	lie('an answer to a function call', 'execute', 'server_version', (s) => s.write(message('V', int32(2), 'xx'))),
	lie('an empty query', 'execute', 'server_version', (s) => s.write(message('I'))),
	lie('a suspended portal', 'execute', 'server_version', (s) => s.write(message('s'))),
	lie('a message of no kind', 'execute', 'server_version', (s) => s.write(message('?', DIRT))),
	lie('a message of length 0', 'execute', 'refused', (s) => s.write(announce('D', 0), complete())),
	lie('a message of a negative length', 'execute', 'refused', (s) => s.write(announce('D', -1), complete())),
	lie('asks for the password again', 'execute', 'server_version', (s) => s.write(ask(3))),
	lie('two ends of a statement', 'execute', 'server_version', (s, q) => s.write(...q.rows.map(row), complete(), complete())),
	lie('two answers to one question', 'execute', 'server_version', (s, q) => s.write(...q.rows.map(row), complete(), describe(q.columns),
		...q.rows.map(row), complete())),
	lie('no end of a statement', 'execute', 'server_version', (s, q) => s.write(...q.rows.map(row))),
	lie('answers another question', 'parse', 'server_version', (s) => s.write(describe([['x', oid.int4]]), row(['1']), complete(), ready())),
	lie('no word of parsing', 'parse', 'server_version', async () => {}),
	lie('an error without a state, later', 'execute', 'server_version', (s) => s.write(error('SERROR', `M${DIRT}`))),
	lie('an error of no fields', 'execute', 'server_version', (s) => s.write(message('E'))),
	lie('an error of fields without an end', 'execute', 'server_version', (s) => s.write(message('E', `SERROR\0M${DIRT}`))),
	lie('an error of 5 MB', 'execute', 'server_version', (s) => s.write(error('SERROR', 'C42601', `M${DIRT.repeat(90000)}`))),
	lie('an error far to the right of the statement', 'execute', 'server_version', (s) => s.write(error('SERROR', 'C42601', `M${DIRT}`,
		'P2147483647'))),
	lie('always a deadlock', 'execute', 'server_version', (s) => s.write(error('SERROR', 'C40P01', `M${DIRT}`))),
	lie('a unique violation where nothing is written', 'execute', 'server_version', (s) => s.write(error('SERROR', 'C23505', `M${DIRT}`, `n${DIRT}`))),
	lie('permission denied', 'execute', 'permission', (s) => s.write(error('SERROR', 'C42501', `M${DIRT}`))),
	lie('shutting down', 'execute', 'refused', async (s) => {
		await s.write(error('SFATAL', 'C57P01', `M${DIRT}`));
		await s.close();
	}),
	lie('forgets every statement', 'bind', 'server_version', (s) => s.write(error('SERROR', 'C26000', `M${DIRT}`)), about(/./)),
	lie('notices in the midst, without an end', 'execute', 'server_version', (s) => s.flood(many(fields('N', 'SNOTICE', 'C00000', `M${DIRT}`)))),
	lie('notifications in the midst, without an end', 'execute', 'server_version', (s) => s.flood(
		many(message('A', int32(1), text('c'), text(DIRT))))),
	lie('parameters in the midst, without an end', 'execute', 'server_version', (s) => s.flood(many(parameter('a', 'b')))),
	lie('new parameters in the midst, without an end', 'execute', 'server_version', (s) => s.flood(newParameters)),
	lie('room for a large notice, used for new parameters', 'execute', 'server_version', (s) => s.write(
		fields('N', 'SNOTICE', 'C00000', `M${'x'.repeat(3 << 20)}`), ...Array.from({ length: 125 }, (_, i) => newParameters(i)),
		complete())),
	lie('keys in the midst, without an end', 'execute', 'server_version', (s) => s.flood(many(key()))),
	lie('a notice every half second, in the midst', 'execute', 'timeout', (s) => s.flood(fields('N', 'SNOTICE', 'C00000', `M${DIRT}`), 500)),
];

// What looks odd and is none: it has to be believed.
const TRUTHS = [
	lie('no lie', 'none', null, null),
	lie('SCRAM as it should be', 'auth', null, async (s) => {
		await scram(s, PASSWORD);
		await s.write(ask(0));
	}),
	lie('every byte by itself', 'execute', null, (s, q) => s.drip(Buffer.concat([...q.rows.map(row), complete()]), 1)),
	lie('a version far ahead', 'session', null, (s) => s.write(parameter('server_version', '999.1'), key())),
	lie('ready twice', 'sync', null, (s) => s.write(ready(), ready())),
	lie('ready in an open transaction at the end', 'sync', null, (s) => s.write(ready('T')), about(EMPTY)),
	lie('binary where text was asked for', 'describe', null, (s, q) => s.write(describe(q.columns, 1))),
	lie('an address with NUL in it', 'execute', null, put(4, `127\0${DIRT}`)),
	lie('a field of 40 KB', 'execute', null, put(4, 'x'.repeat(40 << 10))),
	lie('a few notices and notifications', 'execute', null, (s, q) => s.write(fields('N', 'SNOTICE', 'C00000', `M${DIRT}`),
		message('A', int32(1), text('c'), text(DIRT)), ...q.rows.map(row), complete())),
];

export const lies = [...ACCEPT, ...AUTH, ...SESSION_START, ...ANSWERS, ...TRUTHS];

// ---- a store's own server, which turns after the store was opened ----

// What a shop asks, not the session's settings.
const SHOP = /^(?!.*set_config)/s;
const TURNS = ['closes at once', 'asks for the password in the clear', 'SCRAM with a huge count',
	'ready in an open transaction', 'rows without an end', 'a row of a gigabyte', 'COPY out',
	'is silent after the rows', 'closes at the second question', 'an error without a state, later',
	'permission denied', 'two answers to one question', 'parameters in the midst, without an end'];
// Nothing is wrong with these for a shop: a statement may find no row, or be refused.
const HARMLESS = ['no rows', 'no columns', 'no description', 'no row at the last question', 'as many columns as there can be',
	'a field of 100 KB', 'always a deadlock', 'each answer late, none too late', 'two ends of a statement'];

// All that do not depend on what they were asked; or a sample.
export function turns(all) {
	return lies.filter((l) => (all ? l.reason && !l.tls && l.play.length < 2 && !HARMLESS.includes(l.name) : TURNS.includes(l.name)))
		.map((l) => ({ ...l, about: l.about === SESSION ? SESSION : SHOP }));
}
