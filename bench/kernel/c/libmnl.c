/* libmnl as a subject, used as its own examples do: callbacks, and a table of attributes for each message. */
#include <libmnl/libmnl.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "turns.h"

/* What newer versions advise for dumps. */
#ifndef MNL_SOCKET_DUMP_SIZE
#define MNL_SOCKET_DUMP_SIZE 32768
#endif

/* From linux/netdev.h, which older systems do not have. */
enum { DEV_GET = 1, DEV_IFINDEX = 1, DEV_XDP_FEATURES = 3, DEV_MAX = 6 };

static struct mnl_socket *generic, *route;
static unsigned int port_generic, port_route, seq;
static uint16_t ethtool, netdev;
static char buffer[MNL_SOCKET_DUMP_SIZE];

/* The table of the attributes of a message, up to the number limit. */
struct table {
	const struct nlattr **attributes;
	int limit;
};

static int note(const struct nlattr *attribute, void *data)
{
	struct table *table = data;
	int type = mnl_attr_get_type(attribute);

	if (type <= table->limit)
		table->attributes[type] = attribute;
	return MNL_CB_OK;
}

static uint32_t u32(const struct nlattr *attribute)
{
	return attribute ? mnl_attr_get_u32(attribute) : 0;
}

static uint64_t u32_or_u64(const struct nlattr *attribute)
{
	if (!attribute)
		return 0;
	return mnl_attr_get_payload_len(attribute) == 8 ? mnl_attr_get_u64(attribute) :
							  mnl_attr_get_u32(attribute);
}

static int on_family(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *found[CTRL_ATTR_MAX + 1] = {NULL};
	struct table table = {found, CTRL_ATTR_MAX};

	mnl_attr_parse(message, sizeof(struct genlmsghdr), note, &table);
	*(uint16_t *)data = found[CTRL_ATTR_FAMILY_ID] ? mnl_attr_get_u16(found[CTRL_ATTR_FAMILY_ID]) : 0;
	return MNL_CB_OK;
}

static int on_device(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *found[DEV_MAX + 1] = {NULL};
	struct table table = {found, DEV_MAX};
	struct seen *seen = data;
	int i;

	mnl_attr_parse(message, sizeof(struct genlmsghdr), note, &table);
	seen->objects++;
	seen->sum += u32(found[DEV_IFINDEX]);
	for (i = DEV_XDP_FEATURES; i <= DEV_MAX; i++)
		seen->sum += u32_or_u64(found[i]);
	return MNL_CB_OK;
}

static int on_link(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *found[IFLA_MAX + 1] = {NULL};
	struct table table = {found, IFLA_MAX};
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	struct seen *seen = data;

	mnl_attr_parse(message, sizeof(*header), note, &table);
	seen->objects++;
	seen->sum += header->ifi_index + u32(found[IFLA_MTU]) + u32(found[IFLA_TXQLEN]) + u32(found[IFLA_GROUP]);
	if (found[IFLA_IFNAME])
		seen->sum += strlen(mnl_attr_get_str(found[IFLA_IFNAME]));
	return MNL_CB_OK;
}

static int on_link_state(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *found[ETHTOOL_A_LINKSTATE_MAX + 1] = {NULL};
	const struct nlattr *header[ETHTOOL_A_HEADER_MAX + 1] = {NULL};
	struct table table = {found, ETHTOOL_A_LINKSTATE_MAX}, inner = {header, ETHTOOL_A_HEADER_MAX};
	struct seen *seen = data;

	mnl_attr_parse(message, sizeof(struct genlmsghdr), note, &table);
	if (found[ETHTOOL_A_LINKSTATE_HEADER])
		mnl_attr_parse_nested(found[ETHTOOL_A_LINKSTATE_HEADER], note, &inner);
	seen->objects++;
	seen->sum += u32(header[ETHTOOL_A_HEADER_DEV_INDEX]);
	if (found[ETHTOOL_A_LINKSTATE_LINK])
		seen->sum += mnl_attr_get_u8(found[ETHTOOL_A_LINKSTATE_LINK]);
	return MNL_CB_OK;
}

static struct nlmsghdr *begin(uint16_t type, uint16_t flags)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	message->nlmsg_seq = ++seq;
	return message;
}

static struct nlmsghdr *begin_generic(uint16_t family, uint8_t command, uint8_t version, uint16_t flags)
{
	struct nlmsghdr *message = begin(family, flags);
	struct genlmsghdr *header = mnl_nlmsg_put_extra_header(message, sizeof(*header));

	header->cmd = command;
	header->version = version;
	return message;
}

static void talk(struct mnl_socket *socket, unsigned int port, struct nlmsghdr *message, mnl_cb_t callback,
		 void *data)
{
	int status;

	check(mnl_socket_sendto(socket, message, message->nlmsg_len) >= 0, "send");
	do {
		ssize_t len = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));

		check(len >= 0, "receive");
		status = mnl_cb_run(buffer, len, seq, port, callback, data);
	} while (status > MNL_CB_STOP);
	check(status == MNL_CB_STOP, "answer");
}

static void dump_devices(struct seen *seen)
{
	talk(generic, port_generic, begin_generic(netdev, DEV_GET, 1, NLM_F_DUMP), on_device, seen);
}

static void dump_links(struct seen *seen)
{
	struct nlmsghdr *message = begin(RTM_GETLINK, NLM_F_DUMP);

	mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	talk(route, port_route, message, on_link, seen);
}

static void link_state(struct seen *seen)
{
	struct nlmsghdr *message = begin_generic(ethtool, ETHTOOL_MSG_LINKSTATE_GET, 1, NLM_F_ACK);
	struct nlattr *nest = mnl_attr_nest_start(message, ETHTOOL_A_LINKSTATE_HEADER);

	mnl_attr_put_strz(message, ETHTOOL_A_HEADER_DEV_NAME, "lo");
	mnl_attr_nest_end(message, nest);
	talk(generic, port_generic, message, on_link_state, seen);
}

static uint16_t family(const char *name)
{
	struct nlmsghdr *message = begin_generic(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, NLM_F_ACK);
	uint16_t id = 0;

	mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, name);
	talk(generic, port_generic, message, on_family, &id);
	return id;
}

static struct mnl_socket *open_socket(int protocol, unsigned int *port)
{
	struct mnl_socket *socket = mnl_socket_open(protocol);

	check(socket && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0, "socket");
	*port = mnl_socket_get_portid(socket);
	return socket;
}

int main(void)
{
	static const struct work works[] = {
		{"F/netdev", dump_devices},
		{"F/rt-link", dump_links},
		{"G/one", link_state},
	};

	generic = open_socket(NETLINK_GENERIC, &port_generic);
	route = open_socket(NETLINK_ROUTE, &port_route);
	netdev = family("netdev");
	ethtool = family("ethtool");
	return take_turns(works, sizeof(works) / sizeof(*works));
}
