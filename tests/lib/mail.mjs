// SPDX-License-Identifier: Apache-2.0
// The mails that the instance wrote as files: SMTP_URL=file:DIR.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { settings, sleep, until } from './env.mjs';

export const outbox = () => settings().SMTP_URL.replace(/^file:/, '');

// One part's text, whatever its coding.
function part(raw, type) {
	const boundary = /boundary="([^"]+)"/.exec(raw)[1];
	const found = raw.split(`--${boundary}`).find((p) => p.includes(`Content-Type: ${type};`));
	const [head, ...body] = found.split('\r\n\r\n');
	const text = body.join('\r\n\r\n');
	return head.includes('base64') ? Buffer.from(text, 'base64').toString('utf8') : text;
}

function read(name) {
	const file = join(outbox(), name);
	const raw = readFileSync(file, 'utf8');
	const text = part(raw, 'text/plain'), html = part(raw, 'text/html');
	return { name, raw, text, html, head: raw.slice(0, raw.indexOf('\r\n\r\n')), mode: statSync(file).mode & 0o777,
		subject: /^Subject: (.*)\r$/m.exec(raw)[1], link: /^(https?:\S+)\r$/m.exec(text)?.[1],
		token: /[?&]token=([\w-]+)/.exec(text)?.[1], code: /^ {4}(\d{6})\r$/m.exec(text)?.[1] };
}

// All mails to an address, oldest first: the names are ids that grow with time.
export function mailsTo(address) {
	return readdirSync(outbox()).filter((name) => name.endsWith('.eml')).sort()
		.filter((name) => readFileSync(join(outbox(), name), 'utf8').includes(`\r\nTo: <${address}>\r\n`)).map(read);
}

// The newest mail to an address, when there are `n` of those whose subject begins so.
export function mailTo(address, subject = '', n = 1) {
	return until(`mail ${n} "${subject}" to ${address}`, () => {
		const list = mailsTo(address).filter((mail) => mail.subject.startsWith(subject));
		return list.length >= n && list.at(-1);
	}, 20);
}

// Whether none comes is known only after some time.
export async function noMoreThan(address, n, ms = 1500) {
	await sleep(ms);
	return mailsTo(address).length <= n;
}
