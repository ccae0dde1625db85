// SPDX-License-Identifier: Apache-2.0
// Medians, and numbers as people read them.
export function median(list) {
	const sorted = [...list].sort((a, b) => a - b), half = sorted.length >> 1;
	return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

export function round(n, digits = 0) {
	return n === undefined || Number.isNaN(n) ? '' : n.toFixed(digits);
}

export function thousands(n) {
	return n === undefined ? '' : Math.round(n).toString().replace(/\B(?=(\d{3})+$)/g, ',');
}
