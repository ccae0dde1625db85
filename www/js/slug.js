/* SPDX-License-Identifier: Apache-2.0 */
/* The address of a new store: made from its name as it is typed, and asked for at once. */
(function () {
	'use strict';

	var name = document.querySelector('[data-slug-from]');
	var slug = document.querySelector('[data-slug]');
	var verdict = document.getElementById('slug-verdict');
	var touched, timer, asked = 0;

	if (!name || !slug)
		return;
	touched = slug.value !== '';

	function fold(text) {
		return text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase()
			.replace(/ß/g, 'ss').replace(/æ/g, 'ae').replace(/œ/g, 'oe').replace(/ø/g, 'o')
			.replace(/đ/g, 'd').replace(/ł/g, 'l').replace(/þ/g, 'th').replace(/ð/g, 'd')
			.replace(/[^a-z0-9]+/g, '-').slice(0, 50).replace(/^-+|-+$/g, '');
	}

	function say(text, kind) {
		verdict.hidden = text === '';
		verdict.textContent = text;
		verdict.className = 'verdict' + (kind ? ' is-' + kind : '');
	}

	function ask() {
		var wanted = slug.value;
		var turn = ++asked;

		if (wanted.length < 3) {
			say(wanted === '' ? '' : 'At least 3 characters, please.', 'bad');
			return;
		}
		fetch('/api/stores/mt/check-slug?slug=' + encodeURIComponent(wanted), {
			credentials: 'same-origin', headers: { Accept: 'application/json' }
		}).then(function (answer) {
			return answer.json();
		}).then(function (body) {
			if (turn !== asked)
				return;
			if (body.success && body.data.available)
				say('✓ ' + body.data.slug + ' is free.', 'good');
			else if (body.success)
				say(body.data.slug + ' is taken. Please choose another.', 'bad');
			else
				say((body.details && body.details.slug) || body.error || '', 'bad');
		}).catch(function () {
			if (turn === asked)
				say('');
		});
	}

	function later() {
		clearTimeout(timer);
		asked++;
		say('');
		timer = setTimeout(ask, 300);
	}

	name.addEventListener('input', function () {
		if (touched)
			return;
		slug.value = fold(name.value);
		later();
	});
	slug.addEventListener('input', function () {
		var at = slug.selectionStart;
		var clean = slug.value.toLowerCase().replace(/[\s_]+/g, '-');

		if (clean !== slug.value) {
			slug.value = clean;
			slug.setSelectionRange(at, at);
		}
		touched = slug.value !== '';
		later();
	});
	if (slug.value !== '' && !slug.hasAttribute('aria-invalid'))
		later();
})();
