// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * shelf: a generic netlink family of our own, for tests of nlgen in the lab. Things are put on a shelf and get
 * numbers; the shelf can be listed, and tells the group "stock" of each thing. tests/specs/shelf.yaml is its spec.
 */
#include <linux/module.h>
#include <linux/mutex.h>

#include "shelf_nl.h"

#define SHELF_ROOM 2000
#define SHELF_NAME_LEN 16

struct thing {
	char name[SHELF_NAME_LEN];
	u32 amount;
};

static struct thing things[SHELF_ROOM];
static u32 count;
static DEFINE_MUTEX(shelf_lock);

/* Things are numbered from 1. */
static int store(struct genl_info *info, const struct shelf_put_req *req, u32 *id)
{
	struct thing *thing;

	if (count == SHELF_ROOM) {
		NL_SET_ERR_MSG(info->extack, "the shelf is full");
		return -ENOSPC;
	}
	thing = &things[count];
	/* The policy bounds the length, and the rest is 0. */
	memcpy(thing->name, req->name.data, req->name.len);
	thing->amount = req->amount;
	*id = ++count;
	return 0;
}

int shelf_put_do(struct genl_info *info, const struct shelf_put_req *req)
{
	struct shelf_put_rsp rsp = {};
	int err;
	u32 id;

	if (!req->has.name)
		return shelf_nl_missing(info->extack, &req->from, SHELF_A_NAME);
	if (!req->has.amount)
		return shelf_nl_missing(info->extack, &req->from, SHELF_A_AMOUNT);

	mutex_lock(&shelf_lock);
	err = store(info, req, &id);
	mutex_unlock(&shelf_lock);
	if (err)
		return err;
	shelf_nl_set(&rsp, id, id);
	shelf_nl_set(&rsp, name, req->name);
	shelf_nl_set(&rsp, amount, req->amount);
	err = shelf_stored_multicast(genl_info_net(info), &rsp, GFP_KERNEL);
	return err ?: shelf_put_reply(info, &rsp);
}

int shelf_list_dump(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct shelf_list_req_dump *req)
{
	int err = 0;

	mutex_lock(&shelf_lock);
	while (cb->args[0] < count) {
		const struct thing *thing = &things[cb->args[0]];
		const struct shelf_nl_text name = { thing->name, strlen(thing->name) };
		struct shelf_list_rsp_dump rsp = {};

		shelf_nl_set(&rsp, id, cb->args[0] + 1);
		shelf_nl_set(&rsp, name, name);
		shelf_nl_set(&rsp, amount, thing->amount);
		err = shelf_list_dump_put(skb, cb, &rsp);
		if (err)
			break;
		cb->args[0]++;
	}
	mutex_unlock(&shelf_lock);
	return err;
}

static int __init shelf_init(void)
{
	return genl_register_family(&shelf_nl_family);
}

static void __exit shelf_exit(void)
{
	genl_unregister_family(&shelf_nl_family);
}

module_init(shelf_init);
module_exit(shelf_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("a generic netlink family for tests of nlgen");
MODULE_ALIAS_GENL_FAMILY(SHELF_FAMILY_NAME);
