/* SPDX-License-Identifier: Apache-2.0 */
/* The process's environment. */
#ifndef SOUK_BASE_ENV_H
#define SOUK_BASE_ENV_H

/* Unsets every variable whose name begins so: libraries take some for settings of their own. Not
 * for processes with threads. */
void env_forget(const char *prefix);

#endif
