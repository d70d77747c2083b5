// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Written by nlgen once: it is yours. */

#include <linux/module.h>
#include <linux/slab.h>

#include "nests_nl.h"

int nests_set_do(struct genl_info *info, const struct nests_set_req *req)
{
	struct nests_set_rsp *rsp;
	int err;

	rsp = kvzalloc(sizeof(*rsp), GFP_KERNEL_ACCOUNT);
	if (!rsp)
		return -ENOMEM;
	rsp->has.id = req->has.id;
	rsp->id = req->id;
	rsp->tree = req->tree;
	rsp->leaves = req->leaves;
	rsp->n_leaves = req->n_leaves;
	rsp->has.leaf_array = req->has.leaf_array;
	rsp->leaf_array = req->leaf_array;
	rsp->has.number_array = req->has.number_array;
	rsp->number_array = req->number_array;
	rsp->has.by_cpu = req->has.by_cpu;
	rsp->by_cpu = req->by_cpu;
	rsp->short_ = req->short_;
	rsp->self = req->self;
	rsp->has.which = req->has.which;
	rsp->which = req->which;
	rsp->has.what = req->has.what;
	rsp->what = req->what;
	rsp->has.either = req->has.either;
	rsp->either = req->either;
	rsp->empty = req->empty;
	rsp->zero = req->zero;
	err = nests_set_reply(info, rsp);
	kvfree(rsp);
	return err;
}

int nests_leaf_do(struct genl_info *info, const struct nests_leaf_req *req)
{
	return 0;
}

static int __init nests_init(void)
{
	return genl_register_family(&nests_nl_family);
}
module_init(nests_init);

static void __exit nests_exit(void)
{
	genl_unregister_family(&nests_nl_family);
}
module_exit(nests_exit);

MODULE_DESCRIPTION("Nests, lists of them, and names that are there twice");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_ALIAS_GENL_FAMILY(NESTS_FAMILY_NAME);
