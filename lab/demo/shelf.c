// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * shelf: a generic netlink family of our own, for tests of nlgen in the lab. Things are put on a shelf and get
 * numbers; the shelf can be listed, and tells the group "stock" of each thing. tests/specs/shelf.yaml is its spec.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <net/genetlink.h>

#define SHELF_ROOM 2000
#define SHELF_NAME_LEN 16

enum {
	SHELF_A_UNSPEC,
	SHELF_A_ID,
	SHELF_A_NAME,
	SHELF_A_AMOUNT,
	SHELF_A_END,
};

enum {
	SHELF_CMD_UNSPEC,
	SHELF_CMD_PUT,
	SHELF_CMD_LIST,
	SHELF_CMD_STORED,
};

struct thing {
	char name[SHELF_NAME_LEN];
	u32 amount;
};

static struct thing things[SHELF_ROOM];
static u32 count;
static DEFINE_MUTEX(shelf_lock);
static struct genl_family shelf_family;

static const struct nla_policy put_policy[SHELF_A_END] = {
	[SHELF_A_NAME] = { .type = NLA_NUL_STRING, .len = SHELF_NAME_LEN - 1 },
	[SHELF_A_AMOUNT] = NLA_POLICY_RANGE(NLA_U32, 1, 1000),
};

/* Things are numbered from 1. */
static int fill(struct sk_buff *skb, u32 portid, u32 seq, int flags, u8 cmd, u32 id)
{
	const struct thing *thing = &things[id - 1];
	void *head = genlmsg_put(skb, portid, seq, &shelf_family, flags, cmd);

	if (!head)
		return -EMSGSIZE;
	if (nla_put_u32(skb, SHELF_A_ID, id) ||
	    nla_put_string(skb, SHELF_A_NAME, thing->name) ||
	    nla_put_u32(skb, SHELF_A_AMOUNT, thing->amount)) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

static int store(struct genl_info *info, u32 *id)
{
	struct thing *thing;

	if (count == SHELF_ROOM) {
		NL_SET_ERR_MSG(info->extack, "the shelf is full");
		return -ENOSPC;
	}
	thing = &things[count];
	nla_strscpy(thing->name, info->attrs[SHELF_A_NAME], sizeof(thing->name));
	thing->amount = nla_get_u32(info->attrs[SHELF_A_AMOUNT]);
	*id = ++count;
	return 0;
}

static int shelf_put(struct sk_buff *request, struct genl_info *info)
{
	struct sk_buff *reply = NULL, *event = NULL;
	int err;
	u32 id;

	if (GENL_REQ_ATTR_CHECK(info, SHELF_A_NAME) || GENL_REQ_ATTR_CHECK(info, SHELF_A_AMOUNT))
		return -EINVAL;

	mutex_lock(&shelf_lock);
	err = store(info, &id);
	if (err)
		goto unlock;
	err = -ENOMEM;
	reply = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	event = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!reply || !event)
		goto unlock;
	err = fill(reply, info->snd_portid, info->snd_seq, 0, SHELF_CMD_PUT, id);
	if (!err)
		err = fill(event, 0, 0, 0, SHELF_CMD_STORED, id);
unlock:
	mutex_unlock(&shelf_lock);
	if (err) {
		nlmsg_free(reply);
		nlmsg_free(event);
		return err;
	}
	/* It fails when nobody listens. */
	genlmsg_multicast_netns(&shelf_family, genl_info_net(info), event, 0, 0, GFP_KERNEL);
	return genlmsg_reply(reply, info);
}

static int shelf_list(struct sk_buff *skb, struct netlink_callback *cb)
{
	mutex_lock(&shelf_lock);
	while (cb->args[0] < count) {
		if (fill(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, NLM_F_MULTI,
			 SHELF_CMD_LIST, cb->args[0] + 1))
			break;
		cb->args[0]++;
	}
	mutex_unlock(&shelf_lock);
	return skb->len;
}

static const struct genl_split_ops shelf_ops[] = {
	{
		.cmd = SHELF_CMD_PUT,
		.doit = shelf_put,
		.policy = put_policy,
		.maxattr = SHELF_A_AMOUNT,
		.flags = GENL_CMD_CAP_DO,
	},
	{
		.cmd = SHELF_CMD_LIST,
		.dumpit = shelf_list,
		.flags = GENL_CMD_CAP_DUMP,
	},
};

static const struct genl_multicast_group shelf_groups[] = { { .name = "stock" } };

static struct genl_family shelf_family __ro_after_init = {
	.name = "shelf",
	.version = 1,
	.module = THIS_MODULE,
	.netnsok = true,
	.split_ops = shelf_ops,
	.n_split_ops = ARRAY_SIZE(shelf_ops),
	.resv_start_op = SHELF_CMD_STORED + 1,
	.mcgrps = shelf_groups,
	.n_mcgrps = ARRAY_SIZE(shelf_groups),
};

static int __init shelf_init(void)
{
	return genl_register_family(&shelf_family);
}

static void __exit shelf_exit(void)
{
	genl_unregister_family(&shelf_family);
}

module_init(shelf_init);
module_exit(shelf_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("a generic netlink family for tests of nlgen");
MODULE_ALIAS_GENL_FAMILY("shelf");
