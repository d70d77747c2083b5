//! Small functions that the generated ones use. Only those that are used are written: the compiler warns of others.

/// The functions that `text` uses, before it.
pub(super) fn before(prefix: &str, text: &str, outer_selectors: bool) -> String {
    let mut chosen: Vec<String> = Vec::new();
    let mut used = text.to_owned();
    for (name, function) in FUNCTIONS.iter().rev() {
        let function = function.replace("PREFIX", prefix);
        if used.contains(&format!("{prefix}{name}(")) {
            used.push_str(&function);
            chosen.push(function);
        }
    }
    chosen.reverse();
    let set = if outer_selectors { "\tint set;\n" } else { "" };
    let mut out = LEVEL.replace("PREFIX", prefix).replace("SET", set);
    for function in chosen {
        out.push('\n');
        out.push_str(&function);
    }
    out
}

const LEVEL: &str = "\
/* A message or a nest that is being read. */
struct PREFIX_level {
	struct PREFIX_from from;
	const struct PREFIX_level *outer;
	struct netlink_ext_ack *extack;
	int depth;
SET};
";

/// Each is used by later ones and by the generated functions.
const FUNCTIONS: &[(&str, &str)] = &[
    (
        "_root",
        "\
static void PREFIX_root(struct PREFIX_level *level, const struct nlmsghdr *nlh, int hdrlen, struct netlink_ext_ack *extack)
{
	memset(level, 0, sizeof(*level));
	level->from.attrs = nlmsg_attrdata(nlh, hdrlen);
	level->from.len = nlmsg_attrlen(nlh, hdrlen);
	level->extack = extack;
}
",
    ),
    (
        "_check",
        "\
/* What generic netlink checks of its families' requests. */
static int PREFIX_check(const struct nlmsghdr *nlh, int hdrlen, int max, const struct nla_policy *policy, unsigned int validate, struct netlink_ext_ack *extack)
{
	if (nlh->nlmsg_len < nlmsg_msg_size(hdrlen)) {
		NL_SET_ERR_MSG(extack, \"the message is shorter than its header\");
		return -EINVAL;
	}
	return __nla_validate(nlmsg_attrdata(nlh, hdrlen), nlmsg_attrlen(nlh, hdrlen), max, policy, validate, extack);
}
",
    ),
    (
        "_enter",
        "\
/* The depth is bounded because sets can contain themselves. */
static int PREFIX_enter(struct PREFIX_level *inner, const struct PREFIX_level *outer, const struct nlattr *nest)
{
	if (outer->depth == 16) {
		NL_SET_ERR_MSG_ATTR(outer->extack, nest, \"nests are too deep\");
		return -EINVAL;
	}
	memset(inner, 0, sizeof(*inner));
	inner->from.nest = nest;
	inner->from.attrs = nla_data(nest);
	inner->from.len = nla_len(nest);
	inner->outer = outer;
	inner->extack = outer->extack;
	inner->depth = outer->depth + 1;
	return 0;
}
",
    ),
    (
        "_bad_length",
        "\
static int PREFIX_bad_length(const struct PREFIX_level *level, const struct nlattr *attr)
{
	NL_SET_ERR_MSG_ATTR(level->extack, attr, \"attribute has a wrong length\");
	return -ERANGE;
}
",
    ),
    (
        "_list",
        "\
/* Room for all values of an attribute that is repeated. */
static void *PREFIX_list(const struct PREFIX_level *level, int type, size_t size)
{
	const struct nlattr *attr;
	size_t count = 0;
	int rem;

	nla_for_each_attr(attr, level->from.attrs, level->from.len, rem)
		count += nla_type(attr) == type;
	return kvcalloc(count, size, GFP_KERNEL_ACCOUNT);
}
",
    ),
    (
        "_selects",
        "\
/* Whether an integer is the value that selects a payload. */
static bool PREFIX_selects(const struct nlattr *selector, bool big, u64 value)
{
	switch (nla_len(selector)) {
	case 1:
		return nla_get_u8(selector) == value;
	case 2:
		return (big ? ntohs(nla_get_be16(selector)) : nla_get_u16(selector)) == value;
	case 4:
		return (big ? ntohl(nla_get_be32(selector)) : nla_get_u32(selector)) == value;
	case 8:
		return (big ? be64_to_cpu(nla_get_be64(selector)) : nla_get_u64(selector)) == value;
	default:
		return false;
	}
}
",
    ),
    (
        "_nest_end",
        "\
/* The length of a nest has 16 bits, which the kernel does not check. */
static int PREFIX_nest_end(struct sk_buff *skb, struct nlattr *nest)
{
	if (skb_tail_pointer(skb) - (unsigned char *)nest > U16_MAX)
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
",
    ),
    (
        "_put",
        "\
static int PREFIX_put(struct sk_buff *skb, int type, const void *data, size_t len)
{
	if (len > U16_MAX - NLA_HDRLEN)
		return -EMSGSIZE;
	return nla_put(skb, type, len, data);
}
",
    ),
    (
        "_put_64",
        "\
static int PREFIX_put_64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put(skb, type, sizeof(value), &value);
}
",
    ),
    (
        "_put_text",
        "\
static int PREFIX_put_text(struct sk_buff *skb, int type, const struct PREFIX_text *text)
{
	struct nlattr *attr;
	char *data;

	if (text->len >= U16_MAX - NLA_HDRLEN)
		return -EMSGSIZE;
	attr = nla_reserve(skb, type, text->len + 1);
	if (!attr)
		return -EMSGSIZE;
	data = nla_data(attr);
	memcpy(data, text->data, text->len);
	data[text->len] = '\\0';
	return 0;
}
",
    ),
];
