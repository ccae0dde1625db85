/* SPDX-License-Identifier: Apache-2.0 */
/* "Test connection" without leaving the page, so that the connection string need not be pasted twice. */
(function () {
	'use strict';

	var form = document.querySelector('form[data-store]');
	var button = form && form.querySelector('button[name="test"]');
	var result = document.getElementById('test-result');
	var running = false;

	if (!button || !result)
		return;

	function say(kind, title, text) {
		var box = document.createElement('div');
		var head = document.createElement('p');
		var body = document.createElement('p');

		box.className = 'alert-text';
		head.className = 'alert-title';
		head.textContent = title;
		body.textContent = text || '';
		box.append(head);
		if (text)
			box.append(body);
		result.className = 'alert alert-' + kind;
		result.replaceChildren(box);
		result.hidden = false;
	}

	function good(facts) {
		var notes = [];

		if (!facts.canCreate)
			notes.push('But this user may not create tables there.');
		if (facts.empty)
			notes.push('The database is empty.');
		else
			notes.push('It holds tables already: only an empty database, or this store’s own half-made one, can be connected.');
		say(facts.canCreate && facts.empty ? 'good' : 'warn',
			'It works: ' + facts.server + ' ' + facts.version + ' answered in ' + (facts.latencyMs || 'under 1') + ' ms.',
			notes.join(' ') + ' Nothing was changed.');
	}

	function bad(body) {
		var details = body.details || {};

		say('bad', body.error, details.hint || details.connectionString || '');
	}

	button.addEventListener('click', function (event) {
		var body = { type: form.elements.type.value };

		event.preventDefault();
		if (running)
			return;
		if (body.type === 'postgresql')
			body.connectionString = form.elements.connectionString.value.trim();
		if (body.connectionString === '') {
			form.elements.connectionString.focus();
			say('bad', 'Please paste the connection string first.');
			return;
		}
		running = true;
		say('info', 'Testing …', 'This takes a few seconds at most.');
		fetch('/api/stores/mt/' + encodeURIComponent(form.dataset.store) + '/test-database', {
			method: 'POST', credentials: 'same-origin', body: JSON.stringify(body),
			headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': form.elements._csrf.value }
		}).then(function (answer) {
			return answer.json();
		}).then(function (answer) {
			if (answer.success)
				good(answer.data);
			else
				bad(answer);
		}).catch(function () {
			say('bad', 'We could not ask just now.', 'Please try again in a few seconds.');
		}).then(function () {
			running = false;
		});
	});
})();
