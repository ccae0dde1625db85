-- SPDX-License-Identifier: Apache-2.0
-- One person signing in over and over, for wrk; the body comes by the environment.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = os.getenv("LOGIN_BODY")
