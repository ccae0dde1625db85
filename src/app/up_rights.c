/* SPDX-License-Identifier: Apache-2.0 */
/* Becoming another account, and asking what it could reach, by trying it in a child. */
#include "app/up.h"

#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

bool up_become(const struct up_account *as)
{
	if (geteuid() != 0)
		return true;
	return !initgroups(as->name, as->gid) && !setgid(as->gid) && !setuid(as->uid);
}

bool up_reachable(const struct up_account *as, const char *path, int mode)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(up_become(as) && !access(path, mode) ? 0 : 1);
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       !WEXITSTATUS(status);
}
