// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/*
 * The kernel side of the family @name@: what its operations do. nlgen writes the other C files, and never this one.
 *
 * All network namespaces share the items. An event goes to the namespace of the process that wrote the item.
 */

#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "@ident@_nl.h"

/* The memory that requests can make the kernel hold has a bound. */
#define ITEMS_MAX	64

struct item {
	struct list_head list;
	char name[@IDENT@_NAME_MAX + 1];
	u32 value;
	u64 reads;
	u64 writes;
};

/* Items are appended and never removed, so a dump can go on at a position. */
static LIST_HEAD(items);
static unsigned int n_items;
static DEFINE_MUTEX(items_lock);

static struct item *find_item(const struct @ident@_nl_text *name)
{
	struct item *item;

	list_for_each_entry(item, &items, list)
		if (strlen(item->name) == name->len && !memcmp(item->name, name->data, name->len))
			return item;
	return NULL;
}

/* The message points to the item's name and to stats, which have to live until it is written. */
static void fill_item(struct @ident@_get_rsp *rsp, struct @ident@_stats_attrs *stats, const struct item *item)
{
	const struct @ident@_nl_text name = { item->name, strlen(item->name) };

	@ident@_nl_set(stats, reads, item->reads);
	@ident@_nl_set(stats, writes, item->writes);
	@ident@_nl_set(rsp, name, name);
	@ident@_nl_set(rsp, value, item->value);
	rsp->stats = stats;
}

/* Reads one item by its name. */
int @ident@_get_do(struct genl_info *info, const struct @ident@_get_req *req)
{
	struct @ident@_stats_attrs stats = {};
	struct @ident@_get_rsp rsp = {};
	struct item *item;
	int err;

	if (!req->has.name)
		return @ident@_nl_missing(info->extack, &req->from, @IDENT@_A_ITEM_NAME);
	mutex_lock(&items_lock);
	item = find_item(&req->name);
	if (item) {
		item->reads++;
		fill_item(&rsp, &stats, item);
		err = @ident@_get_reply(info, &rsp);
	} else {
		err = @ident@_nl_refuse(info->extack, req, @IDENT@_A_ITEM_NAME, -ENOENT,
				    "there is no such item");
	}
	mutex_unlock(&items_lock);
	return err;
}

/* Reads all items. The cursor is how many of them are written. */
int @ident@_get_dump(struct sk_buff *skb, struct netlink_callback *cb,
		 const struct @ident@_get_req_dump *req)
{
	struct item *item;
	long position = 0;
	int err = 0;

	mutex_lock(&items_lock);
	list_for_each_entry(item, &items, list) {
		struct @ident@_stats_attrs stats = {};
		struct @ident@_get_rsp rsp = {};

		if (position++ < cb->args[0])
			continue;
		fill_item(&rsp, &stats, item);
		err = @ident@_get_dump_put(skb, cb, &rsp);
		if (err)
			break;
		cb->args[0] = position;
	}
	mutex_unlock(&items_lock);
	return err;
}

/* Gives the item of a name, which is made where there is none. */
static struct item *get_item(struct genl_info *info, const struct @ident@_set_req *req)
{
	struct item *item = find_item(&req->name);

	if (item)
		return item;
	if (n_items == ITEMS_MAX) {
		@ident@_nl_refuse(info->extack, req, @IDENT@_A_ITEM_NAME, -ENOSPC,
			      "there are too many items");
		return ERR_PTR(-ENOSPC);
	}
	item = kzalloc(sizeof(*item), GFP_KERNEL_ACCOUNT);
	if (!item)
		return ERR_PTR(-ENOMEM);
	/* The policy holds the length to what fits, and the memory ends with a NUL. */
	memcpy(item->name, req->name.data, req->name.len);
	list_add_tail(&item->list, &items);
	n_items++;
	return item;
}

/* Writes an item, and reports it to the group. */
int @ident@_set_do(struct genl_info *info, const struct @ident@_set_req *req)
{
	struct @ident@_stats_attrs stats = {};
	struct @ident@_get_rsp msg = {};
	struct item *item;
	int err;

	if (!req->has.name)
		return @ident@_nl_missing(info->extack, &req->from, @IDENT@_A_ITEM_NAME);
	if (!req->has.value)
		return @ident@_nl_missing(info->extack, &req->from, @IDENT@_A_ITEM_VALUE);
	mutex_lock(&items_lock);
	item = get_item(info, req);
	if (IS_ERR(item)) {
		err = PTR_ERR(item);
	} else {
		item->value = req->value;
		item->writes++;
		fill_item(&msg, &stats, item);
		err = @ident@_changed_ntf_multicast(genl_info_net(info), &msg, GFP_KERNEL);
	}
	mutex_unlock(&items_lock);
	return err;
}

static int __init @ident@_init(void)
{
	return genl_register_family(&@ident@_nl_family);
}
module_init(@ident@_init);

static void __exit @ident@_exit(void)
{
	struct item *item, *next;

	/* No request is served any more when this returns. */
	genl_unregister_family(&@ident@_nl_family);
	list_for_each_entry_safe(item, next, &items, list)
		kfree(item);
}
module_exit(@ident@_exit);

MODULE_DESCRIPTION("The netlink family @name@");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_ALIAS_GENL_FAMILY(@IDENT@_FAMILY_NAME);
