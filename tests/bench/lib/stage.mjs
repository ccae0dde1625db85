// SPDX-License-Identifier: Apache-2.0
// What a run starts and makes, and how all of it goes away again, whatever happens.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { rm } from 'node:fs/promises';

const GRACE_MS = 5000;
const running = new Set();   // children, oldest first
const undo = [];
let directory = null, ending = null;

export const stage = () => directory;

// The directory that is removed at the end.
export function atEnd(path) {
	directory = path;
}

// `step` is run at the end, the last one first, after all processes have ended.
export function later(step) {
	undo.push(step);
}

export function say(text) {
	process.stderr.write(`${text}\n`);
}

function account(as) {
	return as && process.getuid() === 0 ? { uid: as.uid, gid: as.gid } : {};
}

// Starts a server; a group of its own, so that Ctrl-C reaches it by us and in order. Output: a file of the stage.
export function start(name, argv, { env = {}, cwd, as } = {}) {
	if (ending)
		throw new Error('ending');
	const log = openSync(`${directory}/${name}.log`, 'a');
	const child = spawn(argv[0], argv.slice(1), { stdio: ['ignore', log, log], detached: true, cwd,
		env: { ...process.env, ...env }, ...account(as) });
	closeSync(log);
	child.on('error', (e) => say(`${name}: ${e.message}`));
	running.add(child);
	child.on('exit', () => running.delete(child));
	return child;
}

// Runs a command to its end; its standard output. Throws with what it said on standard error.
export async function run(argv, { env = {}, input, cwd, as } = {}) {
	const child = spawn(argv[0], argv.slice(1), { detached: true, cwd, env: { ...process.env, ...env },
		...account(as), stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
	const out = [], err = [];
	child.stdout.on('data', (part) => out.push(part));
	child.stderr.on('data', (part) => err.push(part));
	running.add(child);
	if (input !== undefined) {
		child.stdin.on('error', () => {});   // it may end before it has read all; its exit code tells
		child.stdin.end(input);
	}
	const [code, signal] = await once(child, 'close').finally(() => running.delete(child));
	if (code !== 0)
		throw new Error(`${argv.slice(0, 3).join(' ')} ended with ${signal ?? code}: ` +
			`${Buffer.concat(err).toString().trim() || Buffer.concat(out).toString().trim()}`);
	return Buffer.concat(out).toString();
}

const alive = (child) => child.exitCode === null && child.signalCode === null;

export async function stop(child, signal = 'SIGTERM') {
	if (!alive(child))
		return;
	const gone = once(child, 'exit');
	child.kill(signal);
	const kill = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
	await gone;
	clearTimeout(kill);
}

async function clean() {
	for (const child of [...running].reverse())
		await stop(child);
	for (const step of undo.reverse())
		await step().catch((e) => say(`bench: ${e.message}`));
	if (directory)
		await rm(directory, { recursive: true, force: true });
}

export function fail(e) {
	return process.env.BENCH_DEBUG ? e.stack : e.message;
}

// Ends the run: 0, or 1 with `problem` said. A second call waits for the first.
export function end(problem) {
	ending ??= (async () => {
		if (problem)
			say(`bench: ${problem}`);
		await clean();
		process.exit(problem ? 1 : 0);
	})();
	return ending;
}
