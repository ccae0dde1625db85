/* SPDX-License-Identifier: Apache-2.0 */
/* Buttons that copy the text of another element; they show only where copying works. */
(function () {
	'use strict';

	var live = document.createElement('p');

	if (!navigator.clipboard)
		return;
	// A new name of the button that has the focus is not read out; this is.
	live.className = 'hidden';
	live.setAttribute('role', 'status');
	document.body.append(live);

	document.querySelectorAll('[data-copy]').forEach(function (button) {
		button.hidden = false;
		button.addEventListener('click', function () {
			var from = document.querySelector(button.dataset.copy);

			navigator.clipboard.writeText(from.textContent).then(function () {
				button.classList.add('is-copied');
				live.textContent = 'Copied';
				setTimeout(function () {
					button.classList.remove('is-copied');
					live.textContent = '';
				}, 2000);
			}, function () {
				live.textContent = 'Copying did not work';
			});
		});
	});
})();
