/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * The messages of hello.yaml as structs. Only <uapi/linux/hello.h> is generated from the spec: what `nlgen generate
 * module` makes for generic netlink is written by hand here, in the same form.
 */
#ifndef _LINUX_HELLO_NL_H
#define _LINUX_HELLO_NL_H

#include <linux/netlink.h>
#include <linux/types.h>
#include <net/netlink.h>

#include <uapi/linux/hello.h>

/* Whom a request comes from. */
struct hello_nl_info {
	struct net *net;
	u32 portid;
	struct netlink_ext_ack *extack;
};

/* Request of `greet` */
struct hello_greet_req {
	struct {
		u32 name:1;
		u32 where:1;
		u32 interval:1;
		u32 port_id:1;
	} has;
	char name[64];
	u32 where;
	u32 interval;
	u32 port_id;
};

/* What the event `answer-ntf` carries */
struct hello_answer_ntf_event {
	struct {
		u32 number:1;
		u32 text:1;
	} has;
	u32 number;
	const char *text;
};

/* Sets an attribute of a message that is going to be written. */
#define hello_nl_set(msg, field, val)				\
	do {							\
		typeof(msg) __msg = (msg);			\
								\
		__msg->field = (val);				\
		__msg->has.field = 1;				\
	} while (0)

/* Serves `greet`. It is called within the sender's system call. */
int hello_greet_do(const struct hello_nl_info *info, const struct hello_greet_req *req);

/* Sends `answer-ntf` to the socket with a port id. It does not wait for room in the queue. */
int hello_answer_ntf_unicast(struct sock *sk, u32 portid, const struct hello_answer_ntf_event *msg,
			     gfp_t gfp);

/* Makes the kernel's socket of the protocol in a network namespace; NULL where the number is taken. */
struct sock *hello_nl_create(struct net *net);

#endif /* _LINUX_HELLO_NL_H */
