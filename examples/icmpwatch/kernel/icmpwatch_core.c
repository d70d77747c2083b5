// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The kernel's side of icmpwatch.yaml: a netfilter hook that reports ICMP packets. The rest of the module is generated
 * from the spec.
 */
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netlink.h>
#include <net/ip.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "icmpwatch_nl.h"

struct icmpwatch_net {
	/* The socket that is registered, or 0. Read in softirq, so changed without a lock. */
	u32 port_id;
	atomic64_t sent;
	atomic64_t dropped;
};

static unsigned int icmpwatch_net_id;

/*
 * Runs in softirq, so it may not wait, neither for memory nor for the listener: GFP_ATOMIC, and netlink's unicast from
 * the kernel never waits for room in the queue. A full queue refuses the report, which is then freed.
 */
static void icmpwatch_report(struct net *net, struct icmpwatch_packet_ntf_event *event)
{
	struct icmpwatch_net *watch = net_generic(net, icmpwatch_net_id);
	u32 port_id = READ_ONCE(watch->port_id);
	int err;

	/* To the group, where each socket counts what it loses. */
	icmpwatch_packet_ntf_multicast(net, event, GFP_ATOMIC);
	if (!port_id)
		return;
	icmpwatch_nl_set(event, dropped, atomic64_read(&watch->dropped));
	err = icmpwatch_packet_ntf_unicast(net, port_id, event, GFP_ATOMIC);
	if (!err)
		atomic64_inc(&watch->sent);
	else if (err == -ECONNREFUSED)
		/* There never was such a socket: one that is closed is seen in icmpwatch_released(). */
		cmpxchg(&watch->port_id, port_id, 0);
	else
		atomic64_inc(&watch->dropped);
}

static unsigned int icmpwatch_hook(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	struct icmpwatch_packet_ntf_event event = {};
	const struct iphdr *ip = ip_hdr(skb);
	const struct icmphdr *icmp;
	struct icmphdr copy;

	/* Only the first fragment of a packet has the header of ICMP. */
	if (ip->protocol != IPPROTO_ICMP || ip->frag_off & htons(IP_OFFSET))
		return NF_ACCEPT;
	icmp = skb_header_pointer(skb, skb_network_offset(skb) + ip_hdrlen(skb), sizeof(copy),
				  &copy);
	if (!icmp)
		return NF_ACCEPT;
	icmpwatch_nl_set(&event, source, ip->saddr);
	icmpwatch_nl_set(&event, destination, ip->daddr);
	icmpwatch_nl_set(&event, type, icmp->type);
	icmpwatch_nl_set(&event, code, icmp->code);
	icmpwatch_nl_set(&event, length, ntohs(ip->tot_len));
	icmpwatch_report(state->net, &event);
	return NF_ACCEPT;
}

int icmpwatch_register_do(struct genl_info *info, const struct icmpwatch_register_req *req)
{
	struct icmpwatch_net *watch = net_generic(genl_info_net(info), icmpwatch_net_id);
	u32 port_id = req->has.port_id ? req->port_id : info->snd_portid;

	if (cmpxchg(&watch->port_id, 0, port_id)) {
		NL_SET_ERR_MSG(info->extack, "another socket is registered");
		return -EBUSY;
	}
	atomic64_set(&watch->sent, 0);
	atomic64_set(&watch->dropped, 0);
	return 0;
}

static int icmpwatch_no_registration(struct genl_info *info)
{
	NL_SET_ERR_MSG(info->extack, "no socket is registered");
	return -ENOENT;
}

int icmpwatch_unregister_do(struct genl_info *info, const struct icmpwatch_unregister_req *req)
{
	struct icmpwatch_net *watch = net_generic(genl_info_net(info), icmpwatch_net_id);
	struct icmpwatch_unregister_rsp rsp = {};
	u32 port_id = xchg(&watch->port_id, 0);

	if (!port_id)
		return icmpwatch_no_registration(info);
	icmpwatch_nl_set(&rsp, port_id, port_id);
	icmpwatch_nl_set(&rsp, sent, atomic64_read(&watch->sent));
	icmpwatch_nl_set(&rsp, dropped, atomic64_read(&watch->dropped));
	return icmpwatch_unregister_reply(info, &rsp);
}

int icmpwatch_get_do(struct genl_info *info, const struct icmpwatch_get_req *req)
{
	struct icmpwatch_net *watch = net_generic(genl_info_net(info), icmpwatch_net_id);
	struct icmpwatch_get_rsp rsp = {};
	u32 port_id = READ_ONCE(watch->port_id);

	if (!port_id)
		return icmpwatch_no_registration(info);
	icmpwatch_nl_set(&rsp, port_id, port_id);
	icmpwatch_nl_set(&rsp, sent, atomic64_read(&watch->sent));
	icmpwatch_nl_set(&rsp, dropped, atomic64_read(&watch->dropped));
	return icmpwatch_get_reply(info, &rsp);
}

/* A netlink socket was closed: by its process, or by the kernel when the process ended, however it did. */
static int icmpwatch_released(struct notifier_block *block, unsigned long event, void *data)
{
	const struct netlink_notify *released = data;
	struct icmpwatch_net *watch;

	if (event != NETLINK_URELEASE || released->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	watch = net_generic(released->net, icmpwatch_net_id);
	cmpxchg(&watch->port_id, released->portid, 0);
	return NOTIFY_DONE;
}

static struct notifier_block icmpwatch_notifier = {
	.notifier_call = icmpwatch_released,
};

static const struct nf_hook_ops icmpwatch_hook_ops = {
	.hook		= icmpwatch_hook,
	.pf		= NFPROTO_IPV4,
	.hooknum	= NF_INET_PRE_ROUTING,
	.priority	= NF_IP_PRI_FIRST,
};

static struct pernet_operations icmpwatch_net_ops = {
	.id	= &icmpwatch_net_id,
	.size	= sizeof(struct icmpwatch_net),
};

static int __net_init icmpwatch_hook_init(struct net *net)
{
	return nf_register_net_hook(net, &icmpwatch_hook_ops);
}

static void __net_exit icmpwatch_hook_exit(struct net *net)
{
	nf_unregister_net_hook(net, &icmpwatch_hook_ops);
}

static struct pernet_operations icmpwatch_hook_net_ops = {
	.init	= icmpwatch_hook_init,
	.exit	= icmpwatch_hook_exit,
};

/* What a part uses is there before it, and goes after it. */
static int __init icmpwatch_init(void)
{
	int err;

	err = register_pernet_subsys(&icmpwatch_net_ops);
	if (err)
		return err;
	err = genl_register_family(&icmpwatch_nl_family);
	if (err)
		goto unregister_net;
	err = netlink_register_notifier(&icmpwatch_notifier);
	if (err)
		goto unregister_family;
	err = register_pernet_subsys(&icmpwatch_hook_net_ops);
	if (err)
		goto unregister_notifier;
	return 0;

unregister_notifier:
	netlink_unregister_notifier(&icmpwatch_notifier);
unregister_family:
	genl_unregister_family(&icmpwatch_nl_family);
unregister_net:
	unregister_pernet_subsys(&icmpwatch_net_ops);
	return err;
}
module_init(icmpwatch_init);

static void __exit icmpwatch_exit(void)
{
	unregister_pernet_subsys(&icmpwatch_hook_net_ops);
	/* A hook may still run on another processor. */
	synchronize_net();
	netlink_unregister_notifier(&icmpwatch_notifier);
	genl_unregister_family(&icmpwatch_nl_family);
	unregister_pernet_subsys(&icmpwatch_net_ops);
}
module_exit(icmpwatch_exit);

MODULE_DESCRIPTION("reports the ICMP packets that arrive");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS_GENL_FAMILY(ICMPWATCH_FAMILY_NAME);
