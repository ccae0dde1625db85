/* SPDX-License-Identifier: Apache-2.0 */
/* On every page: a form is sent once, what went wrong gets the focus, menus close by themselves. */
(function () {
	'use strict';

	var AGAIN_MS = 10000;

	document.addEventListener('submit', function (event) {
		var form = event.target;

		if (!form.hasAttribute('data-once') || event.defaultPrevented)
			return;
		if (form.hasAttribute('data-sent')) {
			event.preventDefault();
			return;
		}
		form.setAttribute('data-sent', '');
		// Who stopped the page, or whose request got lost, may send it again: it takes effect once.
		setTimeout(function () {
			form.removeAttribute('data-sent');
		}, AGAIN_MS);
	});

	// A page that comes back from the browser's history may be sent again.
	window.addEventListener('pageshow', function () {
		document.querySelectorAll('form[data-sent]').forEach(function (form) {
			form.removeAttribute('data-sent');
		});
	});

	var first = document.querySelector('[data-focus]');
	if (first)
		first.focus();

	document.querySelectorAll('[data-open-wide]').forEach(function (menu) {
		menu.open = window.matchMedia('(min-width: 60rem)').matches;
	});

	document.querySelectorAll('[data-menu]').forEach(function (menu) {
		document.addEventListener('click', function (event) {
			if (!menu.contains(event.target))
				menu.open = false;
		});
		// Else it would lie over what has the focus now.
		menu.addEventListener('focusout', function (event) {
			if (event.relatedTarget && !menu.contains(event.relatedTarget))
				menu.open = false;
		});
		menu.addEventListener('keydown', function (event) {
			if (event.key === 'Escape' && menu.open) {
				menu.open = false;
				menu.querySelector('summary').focus();
			}
		});
	});
})();
