/* SPDX-License-Identifier: Apache-2.0 */
/* Secret fields: a button that shows what was typed, and a meter for new passwords. */
(function () {
	'use strict';

	var words = ['Too short', 'Weak', 'Fair', 'Good', 'Strong'];

	function reveal(input) {
		var box = document.createElement('div');
		var button = document.createElement('button');
		var word = document.createElement('span');
		var what = document.createElement('span');
		var label = document.querySelector('label[for="' + input.id + '"]').firstChild.textContent.trim();

		function say(shown) {
			word.textContent = shown ? 'Hide' : 'Show';
		}
		box.className = 'reveal';
		button.type = 'button';
		button.className = 'reveal-button';
		what.className = 'hidden';
		what.textContent = ' ' + label.toLowerCase();
		button.append(word, what);
		say(false);
		input.before(box);
		box.append(input, button);
		button.addEventListener('click', function () {
			var shown = input.type === 'password';

			input.type = shown ? 'text' : 'password';
			say(shown);
		});
		// Password managers know the field by its type.
		if (input.form)
			input.form.addEventListener('submit', function () {
				input.type = 'password';
				say(false);
			});
	}

	function score(text) {
		var length = Array.from(text).length;
		var kinds = new Set(text).size;

		if (length < 8)
			return 0;
		if (kinds < 4 || /^(.)\1+$/.test(text) || /^(0123|1234|abcd|qwer|pass)/i.test(text))
			return 1;
		if (length < 12)
			return 2;
		return length < 16 || kinds < 8 ? 3 : 4;
	}

	function meter(input) {
		var box = document.getElementById(input.dataset.meter);
		var bar = box.querySelector('meter');
		var text = box.querySelector('.strength-words');

		input.addEventListener('input', function () {
			var points = score(input.value);

			box.hidden = input.value === '';
			bar.value = points;
			text.textContent = words[points];
		});
	}

	document.querySelectorAll('[data-meter]').forEach(meter);
	document.querySelectorAll('[data-reveal]').forEach(reveal);
})();
