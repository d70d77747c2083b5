// SPDX-License-Identifier: MIT OR GPL-2.0
/* The kernel's side of hello.yaml: ten answers to a greeting, made in its handler or on a work queue. */

#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "hello_nl.h"

/* How many greetings may wait for their answers in a network namespace. */
#define HELLO_MOST 64

#define HELLO_INTERVAL_MS 100

struct hello_net {
	struct sock *sk;
	/* For what is below. */
	struct mutex lock;
	struct list_head greetings;
	u32 count;
};

/* A greeting that is answered on the work queue. */
struct hello_greeting {
	/* Not in the list any more while the namespace goes away. */
	struct list_head list;
	struct delayed_work work;
	struct hello_net *hello;
	u32 port_id;
	u32 number;
	unsigned long interval;
	char name[64];
};

static unsigned int hello_net_id;
static struct workqueue_struct *hello_queue;

static int hello_answer(struct hello_net *hello, u32 port_id, u32 number, const char *name)
{
	struct hello_answer_ntf_event event = {};
	struct hello_nl_text text;
	char buffer[96];

	text.data = buffer;
	text.len = scnprintf(buffer, sizeof(buffer), "hello %s, answer %u", name, number);
	hello_nl_set(&event, number, number);
	hello_nl_set(&event, text, text);
	return hello_answer_ntf_unicast(hello->sk, port_id, &event, GFP_KERNEL);
}

/* Sleeps between the answers. Only a signal that ends the sender ends the sleep: nobody hears the rest then. */
static int hello_in_handler(struct hello_net *hello, u32 port_id, unsigned long interval,
			    const char *name)
{
	u32 number;
	int err;

	for (number = 1; number <= HELLO_ANSWERS; number++) {
		schedule_timeout_killable(interval);
		if (fatal_signal_pending(current))
			return -EINTR;
		err = hello_answer(hello, port_id, number, name);
		if (err)
			return err;
	}
	return 0;
}

static void hello_work(struct work_struct *work)
{
	struct hello_greeting *greeting =
		container_of(to_delayed_work(work), struct hello_greeting, work);
	struct hello_net *hello = greeting->hello;
	bool ended;
	int err;

	err = hello_answer(hello, greeting->port_id, ++greeting->number, greeting->name);
	/* Where the socket's queue is full, this answer is lost, and the next may find room. */
	ended = greeting->number == HELLO_ANSWERS || err == -ECONNREFUSED;
	if (!ended) {
		queue_delayed_work(hello_queue, &greeting->work, greeting->interval);
		return;
	}
	mutex_lock(&hello->lock);
	ended = !list_empty(&greeting->list);
	if (ended) {
		list_del(&greeting->list);
		hello->count--;
	}
	mutex_unlock(&hello->lock);
	if (ended)
		kfree(greeting);
}

static int hello_on_queue(struct hello_net *hello, u32 port_id, unsigned long interval,
			  const char *name, struct netlink_ext_ack *extack)
{
	struct hello_greeting *greeting = kzalloc(sizeof(*greeting), GFP_KERNEL_ACCOUNT);

	if (!greeting)
		return -ENOMEM;
	INIT_DELAYED_WORK(&greeting->work, hello_work);
	greeting->hello = hello;
	greeting->port_id = port_id;
	greeting->interval = interval;
	strscpy(greeting->name, name, sizeof(greeting->name));
	mutex_lock(&hello->lock);
	if (hello->count == HELLO_MOST) {
		mutex_unlock(&hello->lock);
		kfree(greeting);
		NL_SET_ERR_MSG(extack, "too many greetings wait for their answers");
		return -EBUSY;
	}
	hello->count++;
	list_add_tail(&greeting->list, &hello->greetings);
	queue_delayed_work(hello_queue, &greeting->work, interval);
	mutex_unlock(&hello->lock);
	return 0;
}

int hello_greet_do(const struct hello_nl_info *info, const struct hello_greet_req *req)
{
	struct hello_net *hello = net_generic(info->net, hello_net_id);
	unsigned long interval = msecs_to_jiffies(req->has.interval ? req->interval :
								      HELLO_INTERVAL_MS);
	u32 port_id = req->has.port_id ? req->port_id : info->portid;

	if (!req->has.name)
		return hello_nl_missing(info->extack, &req->from, HELLO_A_GREETING_NAME);
	/* The policy asks for a NUL behind the text. */
	if (req->where == HELLO_WHERE_QUEUE)
		return hello_on_queue(hello, port_id, interval, req->name.data, info->extack);
	return hello_in_handler(hello, port_id, interval, req->name.data);
}

static int __net_init hello_net_init(struct net *net)
{
	struct hello_net *hello = net_generic(net, hello_net_id);

	mutex_init(&hello->lock);
	INIT_LIST_HEAD(&hello->greetings);
	hello->sk = hello_nl_create(net);
	return hello->sk ? 0 : -ENOMEM;
}

static struct hello_greeting *hello_take(struct hello_net *hello)
{
	struct hello_greeting *greeting;

	mutex_lock(&hello->lock);
	greeting = list_first_entry_or_null(&hello->greetings, struct hello_greeting, list);
	if (greeting)
		list_del_init(&greeting->list);
	mutex_unlock(&hello->lock);
	return greeting;
}

/* No socket of a process is open any more: each holds the module and the namespace. Greetings may still be there. */
static void __net_exit hello_net_exit(struct net *net)
{
	struct hello_net *hello = net_generic(net, hello_net_id);
	struct hello_greeting *greeting;

	while ((greeting = hello_take(hello))) {
		cancel_delayed_work_sync(&greeting->work);
		kfree(greeting);
	}
	netlink_kernel_release(hello->sk);
}

static struct pernet_operations hello_net_ops = {
	.init	= hello_net_init,
	.exit	= hello_net_exit,
	.id	= &hello_net_id,
	.size	= sizeof(struct hello_net),
};

static int __init hello_init(void)
{
	int err;

	hello_queue = alloc_workqueue("nlgen_hello", WQ_UNBOUND, 0);
	if (!hello_queue)
		return -ENOMEM;
	err = register_pernet_subsys(&hello_net_ops);
	if (err)
		destroy_workqueue(hello_queue);
	return err;
}
module_init(hello_init);

static void __exit hello_exit(void)
{
	unregister_pernet_subsys(&hello_net_ops);
	destroy_workqueue(hello_queue);
}
module_exit(hello_exit);

MODULE_DESCRIPTION("answers a greeting ten times, in a netlink protocol of its own");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS_NET_PF_PROTO(PF_NETLINK, NETLINK_HELLO);
