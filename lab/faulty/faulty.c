// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * faulty: a generic netlink family that does what no family should, for tests of nlgen in the lab. It repeats a part of
 * a dump for ever, answers a request with several replies, and holds rtnl. tests/specs/faulty.yaml is its spec.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>

enum {
	FAULTY_A_UNSPEC,
	FAULTY_A_NUMBER,
	FAULTY_A_END,
};

enum {
	FAULTY_CMD_UNSPEC,
	FAULTY_CMD_REPEAT,
	FAULTY_CMD_SEVERAL,
	FAULTY_CMD_HOLD,
};

static struct genl_family faulty_family;

static const struct nla_policy number_policy[FAULTY_A_END] = {
	[FAULTY_A_NUMBER] = NLA_POLICY_MAX(NLA_U32, 60000),
};

static int fill(struct sk_buff *skb, u32 portid, u32 seq, int flags, u8 cmd, u32 number)
{
	void *head = genlmsg_put(skb, portid, seq, &faulty_family, flags, cmd);

	if (!head)
		return -EMSGSIZE;
	if (nla_put_u32(skb, FAULTY_A_NUMBER, number)) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

/* Each part is the first. */
static int faulty_repeat(struct sk_buff *skb, struct netlink_callback *cb)
{
	u32 number = 0;

	while (!fill(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, NLM_F_MULTI,
		     FAULTY_CMD_REPEAT, number))
		number++;
	return skb->len;
}

static int faulty_several(struct sk_buff *request, struct genl_info *info)
{
	u32 number, count;

	if (GENL_REQ_ATTR_CHECK(info, FAULTY_A_NUMBER))
		return -EINVAL;
	count = nla_get_u32(info->attrs[FAULTY_A_NUMBER]);
	for (number = 0; number < count; number++) {
		struct sk_buff *reply = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
		int err;

		if (!reply)
			return -ENOMEM;
		err = fill(reply, info->snd_portid, info->snd_seq, 0, FAULTY_CMD_SEVERAL, number);
		if (err) {
			nlmsg_free(reply);
			return err;
		}
		err = genlmsg_reply(reply, info);
		if (err)
			return err;
	}
	return 0;
}

static int faulty_hold(struct sk_buff *request, struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, FAULTY_A_NUMBER))
		return -EINVAL;
	rtnl_lock();
	msleep(nla_get_u32(info->attrs[FAULTY_A_NUMBER]));
	rtnl_unlock();
	return 0;
}

static const struct genl_split_ops faulty_ops[] = {
	{
		.cmd = FAULTY_CMD_REPEAT,
		.dumpit = faulty_repeat,
		.flags = GENL_CMD_CAP_DUMP,
	},
	{
		.cmd = FAULTY_CMD_SEVERAL,
		.doit = faulty_several,
		.policy = number_policy,
		.maxattr = FAULTY_A_NUMBER,
		.flags = GENL_CMD_CAP_DO,
	},
	{
		.cmd = FAULTY_CMD_HOLD,
		.doit = faulty_hold,
		.policy = number_policy,
		.maxattr = FAULTY_A_NUMBER,
		.flags = GENL_CMD_CAP_DO,
	},
};

static struct genl_family faulty_family __ro_after_init = {
	.name = "faulty",
	.version = 1,
	.module = THIS_MODULE,
	.netnsok = true,
	.parallel_ops = true,
	.split_ops = faulty_ops,
	.n_split_ops = ARRAY_SIZE(faulty_ops),
	.resv_start_op = FAULTY_CMD_HOLD + 1,
};

static int __init faulty_init(void)
{
	return genl_register_family(&faulty_family);
}

static void __exit faulty_exit(void)
{
	genl_unregister_family(&faulty_family);
}

module_init(faulty_init);
module_exit(faulty_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("a generic netlink family with faults, for tests of nlgen");
MODULE_ALIAS_GENL_FAMILY("faulty");
