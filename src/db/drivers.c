/* SPDX-License-Identifier: Apache-2.0 */
/* The drivers table: every engine that a database can be. */
#include "db/driver.h"

const struct driver *const drivers[] = {
	&driver_postgresql,
	NULL,
};
