// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Written by nlgen once: it is yours. */

#include <linux/module.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "raw_nl.h"

int raw_get_do(const struct raw_nl_info *info, const struct raw_get_req *req)
{
	struct raw_get_rsp *rsp;
	int err;

	rsp = kvzalloc(sizeof(*rsp), GFP_KERNEL_ACCOUNT);
	if (!rsp)
		return -ENOMEM;
	rsp->header = req->header;
	rsp->has.id = req->has.id;
	rsp->id = req->id;
	rsp->has.text = req->has.text;
	rsp->text = req->text;
	rsp->inner = req->inner;
	rsp->has.numbers = req->has.numbers;
	rsp->numbers = req->numbers;
	err = raw_get_reply(info, rsp);
	if (!err)
		err = raw_changed_multicast(info->sk, rsp, GFP_KERNEL);
	kvfree(rsp);
	return err;
}

int raw_get_dump(struct sk_buff *skb, struct netlink_callback *cb,
		 const struct raw_get_req_dump *req)
{
	struct raw_get_rsp *rsp;
	int err;

	if (cb->args[0])
		return 0;
	rsp = kvzalloc(sizeof(*rsp), GFP_KERNEL_ACCOUNT);
	if (!rsp)
		return -ENOMEM;
	rsp->header = req->header;
	rsp->has.id = req->has.id;
	rsp->id = req->id;
	err = raw_get_dump_put(skb, cb, rsp);
	if (!err)
		cb->args[0] = 1;
	kvfree(rsp);
	return err;
}

int raw_set_do(const struct raw_nl_info *info, const struct raw_set_req *req)
{
	return 0;
}

int raw_list_dump(struct sk_buff *skb, struct netlink_callback *cb,
		  const struct raw_list_req_dump *req)
{
	struct raw_list_rsp_dump *rsp;
	int err;

	if (cb->args[0])
		return 0;
	rsp = kvzalloc(sizeof(*rsp), GFP_KERNEL_ACCOUNT);
	if (!rsp)
		return -ENOMEM;
	rsp->header = req->header;
	err = raw_list_dump_put(skb, cb, rsp);
	if (!err)
		cb->args[0] = 1;
	kvfree(rsp);
	return err;
}

int raw_lax_do(const struct raw_nl_info *info, const struct raw_lax_req *req)
{
	struct raw_lax_rsp *rsp;
	int err;

	rsp = kvzalloc(sizeof(*rsp), GFP_KERNEL_ACCOUNT);
	if (!rsp)
		return -ENOMEM;
	rsp->header = req->header;
	rsp->has.id = req->has.id;
	rsp->id = req->id;
	err = raw_lax_reply(info, rsp);
	kvfree(rsp);
	return err;
}

int raw_optional_do(const struct raw_nl_info *info, const struct raw_optional_req *req)
{
	return 0;
}

int raw_begin(struct netlink_callback *cb)
{
	return 0;
}

int raw_end(struct netlink_callback *cb)
{
	return 0;
}

struct raw_net {
	struct sock *sk;
};

static unsigned int raw_net_id;

static int __net_init raw_net_init(struct net *net)
{
	struct raw_net *own = net_generic(net, raw_net_id);

	own->sk = raw_nl_create(net);
	return own->sk ? 0 : -ENOMEM;
}

/* No socket of a process is open any more: each holds the module and the namespace. */
static void __net_exit raw_net_exit(struct net *net)
{
	struct raw_net *own = net_generic(net, raw_net_id);

	netlink_kernel_release(own->sk);
}

static struct pernet_operations raw_net_ops = {
	.init	= raw_net_init,
	.exit	= raw_net_exit,
	.id	= &raw_net_id,
	.size	= sizeof(struct raw_net),
};

static int __init raw_init(void)
{
	return register_pernet_subsys(&raw_net_ops);
}
module_init(raw_init);

static void __exit raw_exit(void)
{
	unregister_pernet_subsys(&raw_net_ops);
}
module_exit(raw_exit);

MODULE_DESCRIPTION("A protocol of its own, with what generic netlink does for others");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_ALIAS_NET_PF_PROTO(PF_NETLINK, NETLINK_RAW);
