// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Written by nlgen once: it is yours. */

#include <linux/module.h>
#include <linux/slab.h>

#include "global_nl.h"

int global_set_do(struct genl_info *info, const struct global_set_req *req)
{
	NL_SET_ERR_MSG(info->extack, "not implemented");
	return -EOPNOTSUPP;
}

int global_get_dump(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct global_get_req_dump *req)
{
	NL_SET_ERR_MSG(cb->extack, "not implemented");
	return -EOPNOTSUPP;
}

static int __init global_init(void)
{
	return genl_register_family(&global_nl_family);
}
module_init(global_init);

static void __exit global_exit(void)
{
	genl_unregister_family(&global_nl_family);
}
module_exit(global_exit);

MODULE_DESCRIPTION("A table without policies, and one policy for all requests");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_ALIAS_GENL_FAMILY(GLOBAL_FAMILY_NAME);
