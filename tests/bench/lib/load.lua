-- SPDX-License-Identifier: Apache-2.0
-- For wrk: a body, a pause, or hosts by Zipf's law, from the environment; and the result as one line of JSON.
local body, list, pause = os.getenv("BENCH_BODY"), os.getenv("BENCH_HOSTS"), os.getenv("BENCH_PAUSE")

if body then
	wrk.method = "POST"
	wrk.headers["Content-Type"] = "application/json"
	wrk.body = body
end

-- Milliseconds each client rests before it asks again, on average: else all would come in one moment.
if pause then
	pause = tonumber(pause)
	function delay()
		return math.random(0, 2 * pause)
	end
end

-- Whole requests made once, and the sums of 1/k up to each of them, to be searched by halves.
local requests, sums = {}, {}

local function read_hosts()
	local limit, sum = tonumber(os.getenv("BENCH_COUNT")), 0
	for line in io.lines(list) do
		if #requests == limit then break end
		local host, token = line:match("^(%S+) (%S+)$")
		requests[#requests + 1] = wrk.format("GET", nil,
			{ ["Host"] = host, ["Authorization"] = "Bearer " .. token })
		-- To warm up all come alike.
		sum = sum + (os.getenv("BENCH_FLAT") and 1 or 1 / #requests)
		sums[#requests] = sum
	end
end

if list then
	function init(args)
		read_hosts()
		math.randomseed(tonumber(os.getenv("BENCH_SEED")))
	end

	function request()
		local want, low, high = math.random() * sums[#sums], 1, #sums
		while low < high do
			local middle = math.floor((low + high) / 2)
			if sums[middle] < want then low = middle + 1 else high = middle end
		end
		return requests[low]
	end
end

function done(summary, latency)
	local e = summary.errors
	io.write(string.format('\n{"requests":%d,"us":%d,"p50":%d,"p99":%d,"bad":%d,"lost":%d}\n',
		summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
		e.status, e.connect + e.read + e.write + e.timeout))
end
