// SPDX-License-Identifier: MIT OR GPL-2.0
/* Reads requests of hello.yaml, writes its events, and makes the kernel's sockets of the protocol. */

#include <linux/string.h>
#include <net/sock.h>

#include "hello_nl.h"

/* HELLO_CMD_GREET - do */
static const struct nla_policy hello_greet_nl_policy[HELLO_A_GREETING_PORT_ID + 1] = {
	[HELLO_A_GREETING_NAME] = { .type = NLA_NUL_STRING, .len = 63, },
	[HELLO_A_GREETING_WHERE] = NLA_POLICY_MAX(NLA_U32, HELLO_WHERE_QUEUE),
	[HELLO_A_GREETING_INTERVAL] = NLA_POLICY_MAX(NLA_U32, 2000),
	[HELLO_A_GREETING_PORT_ID] = NLA_POLICY_MIN(NLA_U32, 1),
};

static int hello_nl_greet_doit(struct sk_buff *skb, struct nlmsghdr *nlh,
			       struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[HELLO_A_GREETING_PORT_ID + 1];
	struct hello_nl_info info = {
		.net = sock_net(skb->sk),
		.portid = NETLINK_CB(skb).portid,
		.extack = extack,
	};
	struct hello_greet_req req = {};
	int err;

	err = nlmsg_parse(nlh, 0, attrs, HELLO_A_GREETING_PORT_ID, hello_greet_nl_policy, extack);
	if (err)
		return err;
	if (attrs[HELLO_A_GREETING_NAME]) {
		nla_strscpy(req.name, attrs[HELLO_A_GREETING_NAME], sizeof(req.name));
		req.has.name = 1;
	}
	if (attrs[HELLO_A_GREETING_WHERE])
		hello_nl_set(&req, where, nla_get_u32(attrs[HELLO_A_GREETING_WHERE]));
	if (attrs[HELLO_A_GREETING_INTERVAL])
		hello_nl_set(&req, interval, nla_get_u32(attrs[HELLO_A_GREETING_INTERVAL]));
	if (attrs[HELLO_A_GREETING_PORT_ID])
		hello_nl_set(&req, port_id, nla_get_u32(attrs[HELLO_A_GREETING_PORT_ID]));
	return hello_greet_do(&info, &req);
}

/* netlink_rcv_skb() has passed over netlink's own messages and what is no request; it acknowledges. */
static int hello_nl_receive(struct sk_buff *skb, struct nlmsghdr *nlh,
			    struct netlink_ext_ack *extack)
{
	switch (nlh->nlmsg_type) {
	case HELLO_CMD_GREET:
		return hello_nl_greet_doit(skb, nlh, extack);
	default:
		NL_SET_ERR_MSG(extack, "no such operation");
		return -EOPNOTSUPP;
	}
}

/* A datagram has come, with one message or several. It is the sender who runs this. */
static void hello_nl_input(struct sk_buff *skb)
{
	netlink_rcv_skb(skb, hello_nl_receive);
}

struct sock *hello_nl_create(struct net *net)
{
	struct netlink_kernel_cfg cfg = {
		.input = hello_nl_input,
	};

	return netlink_kernel_create(net, NETLINK_HELLO, &cfg);
}

int hello_answer_ntf_unicast(struct sock *sk, u32 portid, const struct hello_answer_ntf_event *msg,
			     gfp_t gfp)
{
	size_t size = nla_total_size(4);
	struct nlmsghdr *nlh;
	struct sk_buff *skb;

	if (msg->has.text)
		size += nla_total_size(strlen(msg->text) + 1);
	skb = nlmsg_new(size, gfp);
	if (!skb)
		return -ENOMEM;
	nlh = nlmsg_put(skb, 0, 0, HELLO_CMD_ANSWER_NTF, 0, 0);
	if (!nlh)
		goto too_long;
	if (msg->has.number && nla_put_u32(skb, HELLO_A_ANSWER_NUMBER, msg->number))
		goto too_long;
	if (msg->has.text && nla_put_string(skb, HELLO_A_ANSWER_TEXT, msg->text))
		goto too_long;
	nlmsg_end(skb, nlh);
	return nlmsg_unicast(sk, skb, portid);

too_long:
	nlmsg_free(skb);
	return -EMSGSIZE;
}
