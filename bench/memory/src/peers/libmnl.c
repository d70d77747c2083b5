// libmnl: as its examples do it, each level is sorted into a table by mnl_attr_parse, and then read from there.
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

// Field numbers of sum.rs.
enum {
    FAMILY_ID = 3, FAMILY_NAME = 5, VERSION = 7, HEADER_SIZE = 9, MAX_ATTRIBUTE = 11,
    OPERATION = 13, OPERATION_FLAGS = 15, GROUP = 17, GROUP_NAME = 19,
};
enum {
    IFINDEX = 3, IFNAME = 5, PRIVATE_KEY = 7, PUBLIC_KEY = 9, LISTEN_PORT = 11, FWMARK = 13, DEVICE_FLAGS = 43,
    PEER_KEY = 15, PRESHARED_KEY = 17, ENDPOINT = 19, KEEPALIVE = 21, HANDSHAKE_SECONDS = 23,
    HANDSHAKE_NANOSECONDS = 25, RX_BYTES = 27, TX_BYTES = 29, PROTOCOL = 31, PEER_FLAGS = 33,
    ADDRESS_FAMILY = 35, ADDRESS = 37, MASK = 39,
};
enum {
    SET = 7, COUNT = 9, STRING_INDEX = 11, STRING = 13,
    NO_MASK = 15, SIZE = 17, BIT_INDEX = 19, BIT_NAME = 21, BIT_VALUE = 23, BITMAP = 25, BITMASK = 27,
};
enum { XDP_FEATURES = 5, ZERO_COPY_SEGMENTS = 7, RX_METADATA = 9, XSK_FEATURES = 11 };

#define MOST 11

struct table {
    const struct nlattr *of[MOST];
};

static int sort(const struct nlattr *attr, void *data)
{
    struct table *table = data;

    if (mnl_attr_get_type(attr) < MOST)
        table->of[mnl_attr_get_type(attr)] = attr;
    return MNL_CB_OK;
}

static int message(const struct nlmsghdr *nlh, struct table *table)
{
    memset(table, 0, sizeof(*table));
    return mnl_attr_parse(nlh, sizeof(struct genlmsghdr), sort, table);
}

static int nest(const struct nlattr *attr, struct table *table)
{
    memset(table, 0, sizeof(*table));
    return mnl_attr_parse_nested(attr, sort, table);
}

static void u8(uint64_t *sum, uint64_t field, const struct nlattr *attr)
{
    if (attr)
        *sum += field * mnl_attr_get_u8(attr);
}

static void u16(uint64_t *sum, uint64_t field, const struct nlattr *attr)
{
    if (attr)
        *sum += field * mnl_attr_get_u16(attr);
}

static void u32(uint64_t *sum, uint64_t field, const struct nlattr *attr)
{
    if (attr)
        *sum += field * mnl_attr_get_u32(attr);
}

static void u64(uint64_t *sum, uint64_t field, const struct nlattr *attr)
{
    if (attr)
        *sum += field * mnl_attr_get_u64(attr);
}

static void bytes(uint64_t *sum, uint64_t field, const void *at, uint64_t len)
{
    *sum += field * (len << 8 | (len ? *(const uint8_t *)at : 0));
}

static void binary(uint64_t *sum, uint64_t field, const struct nlattr *attr)
{
    if (attr)
        bytes(sum, field, mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));
}

static void string(uint64_t *sum, uint64_t field, const struct nlattr *attr)
{
    if (attr)
        bytes(sum, field, mnl_attr_get_str(attr), strlen(mnl_attr_get_str(attr)));
}

uint64_t bench_mnl_family(const void *at, int len)
{
    const struct nlmsghdr *nlh = at;
    const struct nlattr *attr;
    struct table t, inner;
    uint64_t sum = 0;

    for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
        message(nlh, &t);
        u16(&sum, FAMILY_ID, t.of[1]);
        string(&sum, FAMILY_NAME, t.of[2]);
        u32(&sum, VERSION, t.of[3]);
        u32(&sum, HEADER_SIZE, t.of[4]);
        u32(&sum, MAX_ATTRIBUTE, t.of[5]);
        if (t.of[6])
            mnl_attr_for_each_nested(attr, t.of[6]) {
                nest(attr, &inner);
                u32(&sum, OPERATION, inner.of[1]);
                u32(&sum, OPERATION_FLAGS, inner.of[2]);
            }
        if (t.of[7])
            mnl_attr_for_each_nested(attr, t.of[7]) {
                nest(attr, &inner);
                string(&sum, GROUP_NAME, inner.of[1]);
                u32(&sum, GROUP, inner.of[2]);
            }
    }
    return sum;
}

static void peer(const struct nlattr *attr, uint64_t *sum)
{
    const struct nlattr *entry;
    struct table t, inner;

    nest(attr, &t);
    binary(sum, PEER_KEY, t.of[1]);
    binary(sum, PRESHARED_KEY, t.of[2]);
    u32(sum, PEER_FLAGS, t.of[3]);
    binary(sum, ENDPOINT, t.of[4]);
    u16(sum, KEEPALIVE, t.of[5]);
    if (t.of[6] && mnl_attr_get_payload_len(t.of[6]) == 16) {
        uint64_t time[2];

        memcpy(time, mnl_attr_get_payload(t.of[6]), sizeof(time));
        *sum += HANDSHAKE_SECONDS * time[0] + HANDSHAKE_NANOSECONDS * time[1];
    }
    u64(sum, RX_BYTES, t.of[7]);
    u64(sum, TX_BYTES, t.of[8]);
    u32(sum, PROTOCOL, t.of[10]);
    if (t.of[9])
        mnl_attr_for_each_nested(entry, t.of[9]) {
            nest(entry, &inner);
            u16(sum, ADDRESS_FAMILY, inner.of[1]);
            binary(sum, ADDRESS, inner.of[2]);
            u8(sum, MASK, inner.of[3]);
        }
}

uint64_t bench_mnl_device(const void *at, int len)
{
    const struct nlmsghdr *nlh = at;
    const struct nlattr *attr;
    struct table t;
    uint64_t sum = 0;

    for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
        message(nlh, &t);
        u32(&sum, IFINDEX, t.of[1]);
        string(&sum, IFNAME, t.of[2]);
        binary(&sum, PRIVATE_KEY, t.of[3]);
        binary(&sum, PUBLIC_KEY, t.of[4]);
        u32(&sum, DEVICE_FLAGS, t.of[5]);
        u16(&sum, LISTEN_PORT, t.of[6]);
        u32(&sum, FWMARK, t.of[7]);
        if (t.of[8])
            mnl_attr_for_each_nested(attr, t.of[8])
                peer(attr, &sum);
    }
    return sum;
}

static void header(const struct nlattr *attr, uint64_t *sum)
{
    struct table t;

    if (!attr)
        return;
    nest(attr, &t);
    u32(sum, IFINDEX, t.of[1]);
    string(sum, IFNAME, t.of[2]);
}

uint64_t bench_mnl_strset(const void *at, int len)
{
    const struct nlmsghdr *nlh = at;
    const struct nlattr *set, *entry;
    struct table t, inner, text;
    uint64_t sum = 0;

    for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
        message(nlh, &t);
        header(t.of[1], &sum);
        if (!t.of[2])
            continue;
        mnl_attr_for_each_nested(set, t.of[2]) {
            nest(set, &inner);
            u32(&sum, SET, inner.of[1]);
            u32(&sum, COUNT, inner.of[2]);
            if (!inner.of[3])
                continue;
            mnl_attr_for_each_nested(entry, inner.of[3]) {
                nest(entry, &text);
                u32(&sum, STRING_INDEX, text.of[1]);
                string(&sum, STRING, text.of[2]);
            }
        }
    }
    return sum;
}

uint64_t bench_mnl_features(const void *at, int len)
{
    const struct nlmsghdr *nlh = at;
    const struct nlattr *entry;
    struct table t, inner, bit;
    uint64_t sum = 0;
    int set;

    for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
        message(nlh, &t);
        header(t.of[1], &sum);
        for (set = 2; set <= 5; set++) {
            if (!t.of[set])
                continue;
            nest(t.of[set], &inner);
            sum += inner.of[1] ? NO_MASK : 0;
            u32(&sum, SIZE, inner.of[2]);
            binary(&sum, BITMAP, inner.of[4]);
            binary(&sum, BITMASK, inner.of[5]);
            if (!inner.of[3])
                continue;
            mnl_attr_for_each_nested(entry, inner.of[3]) {
                nest(entry, &bit);
                u32(&sum, BIT_INDEX, bit.of[1]);
                string(&sum, BIT_NAME, bit.of[2]);
                sum += bit.of[3] ? BIT_VALUE : 0;
            }
        }
    }
    return sum;
}

uint64_t bench_mnl_dump(const void *at, int len)
{
    const struct nlmsghdr *nlh = at;
    struct table t;
    uint64_t sum = 0;

    for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
        message(nlh, &t);
        u32(&sum, IFINDEX, t.of[1]);
        u64(&sum, XDP_FEATURES, t.of[3]);
        u32(&sum, ZERO_COPY_SEGMENTS, t.of[4]);
        u64(&sum, RX_METADATA, t.of[5]);
        u64(&sum, XSK_FEATURES, t.of[6]);
    }
    return sum;
}

// The configuration of workload C, as Rust lays it out for C.
struct wire_peer {
    uint8_t public_key[32], preshared_key[32], endpoint[16];
    uint16_t keepalive;
    uint8_t address4[4], address6[16];
};

struct wire_device {
    const char *ifname;
    const uint8_t *private_key;
    uint16_t listen_port;
    uint32_t fwmark;
    const struct wire_peer *peers;
    uint32_t count;
};

static void address(struct nlmsghdr *nlh, uint16_t at, uint16_t family, size_t len, const void *ip, uint8_t mask)
{
    struct nlattr *entry = mnl_attr_nest_start(nlh, at);

    mnl_attr_put_u16(nlh, 1, family);
    mnl_attr_put(nlh, 2, len, ip);
    mnl_attr_put_u8(nlh, 3, mask);
    mnl_attr_nest_end(nlh, entry);
}

// Writes the message into a buffer that has room for it; returns its length.
uint32_t bench_mnl_set_device(const struct wire_device *device, void *buffer, uint16_t family)
{
    struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
    struct genlmsghdr *genl;
    struct nlattr *peers, *entry, *addresses;
    uint32_t i;

    nlh->nlmsg_type = family;
    nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
    genl->cmd = 1;
    genl->version = 1;
    mnl_attr_put_strz(nlh, 2, device->ifname);
    mnl_attr_put(nlh, 3, 32, device->private_key);
    mnl_attr_put_u32(nlh, 5, 1);
    mnl_attr_put_u16(nlh, 6, device->listen_port);
    mnl_attr_put_u32(nlh, 7, device->fwmark);
    peers = mnl_attr_nest_start(nlh, 8);
    for (i = 0; i < device->count; i++) {
        const struct wire_peer *peer = &device->peers[i];

        entry = mnl_attr_nest_start(nlh, i);
        mnl_attr_put(nlh, 1, 32, peer->public_key);
        mnl_attr_put(nlh, 2, 32, peer->preshared_key);
        mnl_attr_put_u32(nlh, 3, 2);
        mnl_attr_put(nlh, 4, 16, peer->endpoint);
        mnl_attr_put_u16(nlh, 5, peer->keepalive);
        addresses = mnl_attr_nest_start(nlh, 9);
        address(nlh, 0, 2, 4, peer->address4, 32);
        address(nlh, 1, 10, 16, peer->address6, 128);
        mnl_attr_nest_end(nlh, addresses);
        mnl_attr_nest_end(nlh, entry);
    }
    mnl_attr_nest_end(nlh, peers);
    return nlh->nlmsg_len;
}
