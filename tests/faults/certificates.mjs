// SPDX-License-Identifier: Apache-2.0
// An authority of our own and what it signs, good and bad, made by openssl in a directory.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const openssl = (directory, ...args) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });

function authority(directory, name) {
	openssl(directory, 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
		'-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`);
	return name;
}

// `days` may be negative: then it is over already.
function signed(directory, ca, name, address, days) {
	writeFileSync(join(directory, `${name}.ext`), `subjectAltName=IP:${address}\n`);
	openssl(directory, 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${name}`,
		'-keyout', `${name}.key`, '-out', `${name}.csr`);
	openssl(directory, 'x509', '-req', '-in', `${name}.csr`, '-CA', `${ca}.crt`, '-CAkey', `${ca}.key`, '-CAcreateserial',
		'-days', String(days), '-extfile', `${name}.ext`, '-out', `${name}.crt`);
	const read = (end) => readFileSync(join(directory, `${name}.${end}`));
	return { key: read('key'), cert: read('crt') };
}

// { file, good, stranger, expired, otherName, old }: the CA's file, and { key, cert } of servers.
export function certificates(directory) {
	const ours = authority(directory, 'ours'), theirs = authority(directory, 'theirs');
	const good = signed(directory, ours, 'good', '127.0.0.1', 2);
	return { file: join(directory, `${ours}.crt`), good,
		stranger: signed(directory, theirs, 'stranger', '127.0.0.1', 2),
		expired: signed(directory, ours, 'expired', '127.0.0.1', -1),
		otherName: signed(directory, ours, 'other', '127.0.0.9', 2),
		old: { ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } };
}
