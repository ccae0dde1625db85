/* SPDX-License-Identifier: Apache-2.0 */
/* Buttons that copy the text of another element; they show only where copying works. */
(function () {
	'use strict';

	if (!navigator.clipboard)
		return;
	document.querySelectorAll('[data-copy]').forEach(function (button) {
		var words = button.querySelector('.hidden');
		var before = words.textContent;

		button.hidden = false;
		button.addEventListener('click', function () {
			var from = document.querySelector(button.dataset.copy);

			navigator.clipboard.writeText(from.textContent).then(function () {
				button.classList.add('is-copied');
				words.textContent = 'Copied';
				setTimeout(function () {
					button.classList.remove('is-copied');
					words.textContent = before;
				}, 2000);
			}, function () {
				words.textContent = 'Copying did not work';
			});
		});
	});
})();
