// SPDX-License-Identifier: Apache-2.0
// One Chromium for a test file, and pages in it that remember everything the browser complained about.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

import { base } from '../lib/env.mjs';

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
	.find((path) => existsSync(path));

// For { skip }: false, or the reason in plain words.
export const missing = program ? false : 'chromium is not installed';

export const WIDE = { width: 1200, height: 900 };
export const NARROW = { width: 380, height: 780 };

let browser;

export async function start() {
	browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu',
		'--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'] });
}

export async function stop() {
	await browser?.close();
}

// What no page of ours may bring about. A page that itself answers 4xx is logged by the browser, too: that is no trouble.
function watch(page, trouble) {
	page.on('pageerror', (e) => trouble.push(`exception: ${e.message}`));
	page.on('console', (m) => {
		if (m.type() === 'error' && !m.text().startsWith('Failed to load resource'))
			trouble.push(`console: ${m.text()}`);
	});
	page.on('response', (rs) => {
		// A database that fails its test is an answer the page asks for and shows.
		if ([400, 422].includes(rs.status()) && rs.url().endsWith('/test-database'))
			return;
		if (rs.status() >= 400 && !rs.request().isNavigationRequest())
			trouble.push(`${rs.status()} ${rs.url()}`);
	});
	page.on('requestfailed', (rq) => {
		if (!rq.isNavigationRequest() && rq.failure().errorText !== 'net::ERR_ABORTED')
			trouble.push(`${rq.failure().errorText} ${rq.url()}`);
	});
	page.on('request', (rq) => {
		if (new URL(rq.url()).host !== base.host)
			trouble.push(`asks a stranger: ${rq.url()}`);
	});
	page.on('dialog', (d) => {
		trouble.push(`dialog: ${d.message()}`);
		d.dismiss();
	});
}

// A fresh browser profile with one page; `owner` (of lib/actors.mjs) is signed in. page.trouble is what went wrong.
export async function visitor({ owner, js = true, viewport = WIDE, colorScheme = 'light' } = {}) {
	const context = await browser.newContext({ baseURL: base.origin, javaScriptEnabled: js, viewport,
		colorScheme, reducedMotion: 'reduce' });
	context.setDefaultTimeout(15000);
	if (owner)
		await context.addCookies([{ name: 'souk_session', value: owner.token, url: base.origin,
			httpOnly: true, sameSite: 'Lax' }]);
	const page = await context.newPage();
	page.trouble = [];
	watch(page, page.trouble);
	return page;
}

// Ends a visit, and fails if the browser complained.
export async function leave(page) {
	await page.context().close();
	assert.deepEqual(page.trouble, []);
}

// The one button that sends a form of ours; of a page with several forms, the first one's.
export const send = (page, where = 'main') => page.locator(`${where} button[type=submit]:not([name])`).first().click();

export const path = (page) => new URL(page.url()).pathname;

const shots = process.env.SOUK_SHOTS;

export async function shoot(page, name) {
	if (!shots)
		return;
	mkdirSync(shots, { recursive: true });
	const height = await page.evaluate(() => document.documentElement.scrollHeight);
	const { width } = page.viewportSize();
	await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true,
		clip: { x: 0, y: 0, width, height: Math.min(height, 3000) } });
}
