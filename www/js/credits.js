/* SPDX-License-Identifier: Apache-2.0 */
/* The price of credits as an amount is typed or a pack is chosen. Only shows: the server reckons again. */
(function () {
	'use strict';

	var amount = document.querySelector('[data-credit-cents]');
	var price = document.getElementById('price');
	var packs = document.querySelectorAll('input[name="packId"]');

	if (!amount || !price)
		return;

	function money(cents) {
		return '$' + (Math.round(cents) / 100).toFixed(2);
	}

	function show() {
		var typed = amount.value.trim();
		var chosen = document.querySelector('input[name="packId"]:checked');

		if (/^\d{1,7}(\.\d{1,4})?$/.test(typed) && Number(typed) > 0)
			price.textContent = typed + ' credits: ' + money(Number(typed) * Number(amount.dataset.creditCents));
		else if (typed !== '')
			price.textContent = 'Please give a number such as 250.';
		else if (chosen)
			price.textContent = chosen.dataset.credits + ' credits: ' + money(Number(chosen.dataset.cents));
		else
			price.textContent = '';
	}

	amount.addEventListener('input', function () {
		if (amount.value.trim() !== '')
			packs.forEach(function (pack) {
				pack.checked = false;
			});
		show();
	});
	packs.forEach(function (pack) {
		pack.addEventListener('change', function () {
			amount.value = '';
			show();
		});
	});
	show();
})();
