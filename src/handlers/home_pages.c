/* SPDX-License-Identifier: Apache-2.0 */
/* What Souk is, for those who do not know it yet. */
#include "handlers/home_pages.h"

#include "web/reply.h"
#include "web/view.h"

enum err get_home(struct request *rq)
{
	return reply_page(rq, 200, "home", view_new());
}
