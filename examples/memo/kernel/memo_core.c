// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The kernel's side of memo.yaml: one text in each network namespace, which /proc/nlgen_memo has, too.
 *
 * The rest of the module is generated from the spec: tables, policies, and functions that read requests and write
 * replies and events. So requests come here as structs, and those that break a rule of the spec do not come here.
 */
#include <linux/kref.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nsproxy.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <net/sock.h>

#include "memo_nl.h"

static unsigned long longest = 16 << 20;
module_param(longest, ulong, 0444);
MODULE_PARM_DESC(longest, "How many bytes a text may have");

/* Whoever reads /proc/nlgen_memo keeps the text that was there when it was opened. */
struct memo_text {
	struct kref ref;
	u32 number;
	bool ended;
	size_t length;
	size_t room;
	u8 *bytes;
};

struct memo_net {
	/* The number of the last text, 0 before there was one. */
	u32 number;
	struct memo_text *text;
};

static unsigned int memo_net_id;

/* For all texts. Events are sent with it held, so that they have the order of the pieces. */
static DEFINE_MUTEX(memo_lock);

static void memo_text_free(struct kref *ref)
{
	struct memo_text *text = container_of(ref, struct memo_text, ref);

	kvfree(text->bytes);
	kfree(text);
}

static void memo_text_put(struct memo_text *text)
{
	if (text)
		kref_put(&text->ref, memo_text_free);
}

static struct memo_text *memo_text_new(void)
{
	struct memo_text *text = kzalloc(sizeof(*text), GFP_KERNEL_ACCOUNT);

	if (text)
		kref_init(&text->ref);
	return text;
}

/* The text, if it is the one that a request names. */
static struct memo_text *memo_text_find(const struct memo_net *memo, bool named, u32 number)
{
	if (named && number != memo->number)
		return ERR_PTR(-ESTALE);
	return memo->text ?: ERR_PTR(-ENOENT);
}

/* The room doubles each time, so that a long text is not copied for each of its pieces. */
static int memo_text_append(struct memo_text *text, const struct memo_nl_bytes *piece)
{
	size_t length = text->length + piece->len;

	if (length > text->room) {
		size_t room = max_t(size_t, length, min_t(size_t, 2 * text->room, longest));
		u8 *bytes = kvmalloc(room, GFP_KERNEL_ACCOUNT);

		if (!bytes)
			return -ENOMEM;
		if (text->length)
			memcpy(bytes, text->bytes, text->length);
		kvfree(text->bytes);
		text->bytes = bytes;
		text->room = room;
	}
	if (piece->len)
		memcpy(text->bytes + text->length, piece->data, piece->len);
	text->length = length;
	return 0;
}

/* Describes the piece of a text from an offset; its bytes are those of the text. */
static void memo_piece(struct memo_get_rsp *rsp, const struct memo_text *text, size_t offset,
		       size_t size)
{
	memset(rsp, 0, sizeof(*rsp));
	size = min(size, text->length - offset);
	memo_nl_set(rsp, memo, text->number);
	memo_nl_set(rsp, offset, offset);
	memo_nl_set(rsp, length, text->length);
	if (size) {
		rsp->text.data = text->bytes + offset;
		rsp->text.len = size;
		rsp->has.text = 1;
	}
	rsp->last = text->ended && offset + size == text->length;
}

static int memo_refuse_text(struct netlink_ext_ack *extack, const struct memo_text *text,
			    const struct nlattr *named)
{
	if (PTR_ERR(text) == -ESTALE)
		NL_SET_ERR_MSG_ATTR(extack, named, "the text was replaced");
	else
		NL_SET_ERR_MSG(extack, "there is no text");
	return PTR_ERR(text);
}

/* Adds a piece to the text that the request names, or to a new one. */
static int memo_put(struct memo_net *memo, struct genl_info *info, const struct memo_put_req *req,
		    struct memo_text **written)
{
	struct memo_text *text = NULL;
	size_t length = 0;
	int err;

	if (req->has.memo) {
		text = memo_text_find(memo, true, req->memo);
		if (IS_ERR(text))
			return memo_refuse_text(info->extack, text, info->attrs[MEMO_A_MEMO]);
		length = text->length;
	}
	if (req->offset != length)
		return memo_nl_refuse(info->extack, req, MEMO_A_OFFSET, -EINVAL,
				      "this is not where the text ends so far");
	if (length + req->text.len > longest)
		return memo_nl_refuse(info->extack, req, MEMO_A_TEXT, -EFBIG,
				      "the text is too long");
	if (text && text->ended)
		return memo_nl_refuse(info->extack, req, MEMO_A_MEMO, -EINVAL,
				      "the text has ended");
	if (!text)
		text = memo_text_new();
	if (!text)
		return -ENOMEM;
	err = memo_text_append(text, &req->text);
	if (err) {
		if (text != memo->text)
			memo_text_put(text);
		return err;
	}
	text->ended = req->last;
	if (text != memo->text) {
		if (!++memo->number)
			memo->number = 1;
		text->number = memo->number;
		memo_text_put(memo->text);
		memo->text = text;
	}
	*written = text;
	return 0;
}

int memo_put_do(struct genl_info *info, const struct memo_put_req *req)
{
	struct net *net = genl_info_net(info);
	struct memo_put_rsp rsp = {};
	struct memo_get_rsp event;
	struct memo_text *text;
	int err;

	mutex_lock(&memo_lock);
	err = memo_put(net_generic(net, memo_net_id), info, req, &text);
	if (!err) {
		memo_nl_set(&rsp, memo, text->number);
		memo_nl_set(&rsp, length, text->length);
		memo_piece(&event, text, text->length - req->text.len, req->text.len);
		/* The text is written all the same; a receiver sees from the next offset that it lost a piece. */
		memo_piece_ntf_multicast(net, &event, GFP_KERNEL);
	}
	mutex_unlock(&memo_lock);
	return err ?: memo_put_reply(info, &rsp);
}

int memo_get_do(struct genl_info *info, const struct memo_get_req *req)
{
	const struct memo_net *memo = net_generic(genl_info_net(info), memo_net_id);
	const struct memo_text *text;
	struct memo_get_rsp rsp;
	int err;

	mutex_lock(&memo_lock);
	text = memo_text_find(memo, req->has.memo, req->memo);
	if (IS_ERR(text)) {
		err = memo_refuse_text(info->extack, text, info->attrs[MEMO_A_MEMO]);
	} else if (req->offset > text->length) {
		err = memo_nl_refuse(info->extack, req, MEMO_A_OFFSET, -ERANGE,
				     "the text ends before it");
	} else {
		memo_piece(&rsp, text, req->offset, req->has.room ? req->room : MEMO_PIECE_MAX);
		err = memo_get_reply(info, &rsp);
	}
	mutex_unlock(&memo_lock);
	return err;
}

/* The part of a dump that the caller has room for. Where it has little, pieces are shorter than was asked for. */
static int memo_dump(struct sk_buff *skb, struct netlink_callback *cb, const struct memo_text *text,
		     size_t room)
{
	struct memo_get_rsp rsp;
	int err;

	while (cb->args[0] < text->length) {
		memo_piece(&rsp, text, cb->args[0], room);
		err = memo_get_dump_put(skb, cb, &rsp);
		if (err == -EMSGSIZE && !skb->len && room > 1) {
			room /= 2;
			continue;
		}
		if (err)
			return err;
		cb->args[0] += rsp.text.len;
	}
	return 0;
}

/* cb->args: how much of the text the parts before had, and the number of the text. */
int memo_get_dump(struct sk_buff *skb, struct netlink_callback *cb,
		  const struct memo_get_req_dump *req)
{
	const struct memo_net *memo = net_generic(sock_net(skb->sk), memo_net_id);
	const struct memo_text *text;
	int err = 0;

	mutex_lock(&memo_lock);
	text = memo->text;
	if (cb->args[1] && (!text || cb->args[1] != text->number)) {
		NL_SET_ERR_MSG(cb->extack, "the text was replaced");
		err = -ESTALE;
	} else if (text) {
		cb->args[1] = text->number;
		err = memo_dump(skb, cb, text, req->has.room ? req->room : MEMO_PIECE_MAX);
	}
	mutex_unlock(&memo_lock);
	return err;
}

int memo_clear_do(struct genl_info *info, const struct memo_clear_req *req)
{
	struct memo_net *memo = net_generic(genl_info_net(info), memo_net_id);

	mutex_lock(&memo_lock);
	memo_text_put(memo->text);
	memo->text = NULL;
	mutex_unlock(&memo_lock);
	return 0;
}

static int memo_proc_open(struct inode *inode, struct file *file)
{
	const struct memo_net *memo = net_generic(current->nsproxy->net_ns, memo_net_id);

	mutex_lock(&memo_lock);
	if (memo->text)
		kref_get(&memo->text->ref);
	file->private_data = memo->text;
	mutex_unlock(&memo_lock);
	return 0;
}

/* The bytes are copied twice, since writing to a process may take as long as the process likes. */
static ssize_t memo_proc_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	const struct memo_text *text = file->private_data;
	size_t size = 0;
	u8 *piece;

	if (!text)
		return 0;
	count = min_t(size_t, count, MEMO_PIECE_MAX);
	piece = kmalloc(count, GFP_KERNEL);
	if (!piece)
		return -ENOMEM;
	mutex_lock(&memo_lock);
	if (*pos >= 0 && *pos < text->length) {
		size = min_t(size_t, count, text->length - *pos);
		memcpy(piece, text->bytes + *pos, size);
	}
	mutex_unlock(&memo_lock);
	if (copy_to_user(to, piece, size)) {
		kfree(piece);
		return -EFAULT;
	}
	kfree(piece);
	*pos += size;
	return size;
}

static int memo_proc_release(struct inode *inode, struct file *file)
{
	memo_text_put(file->private_data);
	return 0;
}

static const struct proc_ops memo_proc_ops = {
	.proc_open	= memo_proc_open,
	.proc_read	= memo_proc_read,
	.proc_lseek	= default_llseek,
	.proc_release	= memo_proc_release,
};

static void __net_exit memo_net_exit(struct net *net)
{
	struct memo_net *memo = net_generic(net, memo_net_id);

	memo_text_put(memo->text);
}

static struct pernet_operations memo_net_ops = {
	.exit	= memo_net_exit,
	.id	= &memo_net_id,
	.size	= sizeof(struct memo_net),
};

static int __init memo_init(void)
{
	int err;

	longest = min(longest, 1UL << 30);
	err = register_pernet_subsys(&memo_net_ops);
	if (err)
		return err;
	err = genl_register_family(&memo_nl_family);
	if (err)
		goto unregister_net;
	if (!proc_create("nlgen_memo", 0444, NULL, &memo_proc_ops)) {
		err = -ENOMEM;
		goto unregister_family;
	}
	return 0;

unregister_family:
	genl_unregister_family(&memo_nl_family);
unregister_net:
	unregister_pernet_subsys(&memo_net_ops);
	return err;
}
module_init(memo_init);

static void __exit memo_exit(void)
{
	remove_proc_entry("nlgen_memo", NULL);
	genl_unregister_family(&memo_nl_family);
	unregister_pernet_subsys(&memo_net_ops);
}
module_exit(memo_exit);

MODULE_DESCRIPTION("keeps one text, and passes it on to receivers piece by piece");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_ALIAS_GENL_FAMILY(MEMO_FAMILY_NAME);
