/* SPDX-License-Identifier: Apache-2.0 */
/* How far the setting up of a database is: asked for every second until it ends either way. */
(function () {
	'use strict';

	var box = document.getElementById('provisioning');
	var misses = 0, told = -1;

	if (!box)
		return;

	function text(id, value) {
		document.getElementById(id).textContent = value;
	}

	// What went wrong in the last try, while the next one is on its way.
	function trouble(state) {
		var why = state.error ? [state.error.message, state.error.hint].filter(Boolean).join(' ') : '';

		document.getElementById('making-trouble').hidden = why === '';
		if (why === '')
			return;
		text('making-try', state.attempts);
		text('making-why', why);
	}

	function show(state) {
		var bar = document.getElementById('making-bar');
		var percent;

		trouble(state);
		if (state.message)
			text('making-message', state.message);
		if (!(state.total > 0))
			return;
		percent = Math.floor(100 * state.current / state.total);
		bar.max = state.total;
		bar.value = state.current;
		text('making-count', 'table ' + state.current + ' of ' + state.total);
		text('making-percent', percent + ' %');
		// Screen readers hear each quarter, not each table.
		if (Math.floor(percent / 25) !== told) {
			told = Math.floor(percent / 25);
			text('making-live', percent + ' percent done');
		}
	}

	function again() {
		setTimeout(ask, Math.min(1000 * Math.pow(2, misses), 15000));
	}

	function ask() {
		fetch(box.dataset.url, { credentials: 'same-origin', headers: { Accept: 'application/json' } })
			.then(function (answer) {
				if (answer.status === 401 || answer.status === 404)
					window.location.reload();
				if (!answer.ok)
					throw new Error(String(answer.status));
				return answer.json();
			}).then(function (body) {
				var state = body.data;

				misses = 0;
				show(state);
				if (state.status === 'completed')
					window.location.assign('/onboarding');
				else if (state.status === 'failed')
					window.location.reload();
				else
					again();
			}).catch(function () {
				misses++;
				text('making-message', 'Waiting for the connection. The work goes on meanwhile.');
				again();
			});
	}

	ask();
})();
