/* The kernel's own C YNL as a subject. */
#include "turns.h"

#include <ynl.h>

#include "ethtool-user.h"
#include "netdev-user.h"

static struct ynl_sock *netdev, *ethtool;

static void dump_devices(struct seen *seen)
{
	struct netdev_dev_get_list *devices = netdev_dev_get_dump(netdev);

	check(devices != NULL, netdev->err.msg);
	ynl_dump_foreach(devices, device) {
		seen->objects++;
		seen->sum += device->ifindex + device->xdp_features + device->xdp_zc_max_segs +
			     device->xdp_rx_metadata_features + device->xsk_features;
	}
	netdev_dev_get_list_free(devices);
}

static void link_state(struct seen *seen)
{
	struct ethtool_linkstate_get_req *request = ethtool_linkstate_get_req_alloc();
	struct ethtool_linkstate_get_rsp *state;

	ethtool_linkstate_get_req_set_header_dev_name(request, "lo");
	state = ethtool_linkstate_get(ethtool, request);
	ethtool_linkstate_get_req_free(request);
	check(state != NULL, ethtool->err.msg);
	seen->objects++;
	seen->sum += state->header.dev_index + state->link;
	ethtool_linkstate_get_rsp_free(state);
}

int main(void)
{
	static const struct work works[] = {
		{"F/netdev", dump_devices},
		{"G/one", link_state},
	};
	struct ynl_error error;

	netdev = ynl_sock_create(&ynl_netdev_family, &error);
	check(netdev != NULL, error.msg);
	ethtool = ynl_sock_create(&ynl_ethtool_family, &error);
	check(ethtool != NULL, error.msg);
	return take_turns(works, sizeof(works) / sizeof(*works));
}
