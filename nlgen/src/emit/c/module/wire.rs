//! What messages are sent and received with: generic netlink, or the sockets of a protocol of its own.

use super::code::Code;
use super::plan::{Body, Plan};
use crate::model::Protocol;

impl Plan<'_> {
    /// Whether the family is a netlink protocol of its own.
    pub(super) fn is_raw(&self) -> bool {
        matches!(self.family.protocol, Protocol::Raw { .. })
    }

    fn either<'w>(&self, generic: &'w str, raw: &'w str) -> &'w str {
        if self.is_raw() { raw } else { generic }
    }

    /// What a handler is told of its request, as a parameter.
    pub(super) fn info(&self) -> String {
        match self.is_raw() {
            true => format!("const struct {}_info *info", self.prefix()),
            false => "struct genl_info *info".to_owned(),
        }
    }

    /// The function that makes room for a message.
    pub(super) fn new_message(&self) -> &'static str {
        self.either("genlmsg_new", "nlmsg_new")
    }

    /// What events are sent from, as a parameter.
    pub(super) fn sender(&self) -> &'static str {
        self.either("struct net *net", "struct sock *sk")
    }

    /// The same for a handler.
    pub(super) fn own_sender(&self) -> &'static str {
        self.either("genl_info_net(info)", "info->sk")
    }

    /// The bytes between netlink's header and the attributes, where a struct is in `header`.
    pub(super) fn header_len(&self, header: Option<&str>) -> String {
        let header = header.map(|header| format!("sizeof({header})"));
        match (self.is_raw(), header) {
            (true, header) => header.unwrap_or_else(|| "0".to_owned()),
            (false, Some(header)) => format!("GENL_HDRLEN + {header}"),
            (false, None) => "GENL_HDRLEN".to_owned(),
        }
    }

    /// Where the struct is in a message.
    pub(super) fn header_at(&self, nlh: &str) -> String {
        match self.is_raw() {
            true => format!("nlmsg_data({nlh})"),
            false => format!("nlmsg_data({nlh}) + GENL_HDRLEN"),
        }
    }

    /// Whom an answer goes to, and the number of its request.
    pub(super) fn asked_by(&self) -> &'static str {
        self.either(
            "info->snd_portid, info->snd_seq",
            "info->portid, info->nlh->nlmsg_seq",
        )
    }

    /// Sends an answer.
    pub(super) fn send_reply(&self) -> &'static str {
        self.either(
            "genlmsg_reply(skb, info)",
            "nlmsg_unicast(info->sk, skb, info->portid)",
        )
    }

    /// Whether a group has listeners.
    pub(super) fn has_listeners(&self, group: &str) -> String {
        match self.is_raw() {
            true => format!("netlink_has_listeners(sk, {group})"),
            false => format!("genl_has_listeners(&{}, net, {group})", self.names.family()),
        }
    }

    /// Sends an event to a group.
    pub(super) fn multicast(&self, group: &str) -> String {
        match self.is_raw() {
            true => format!("nlmsg_multicast(sk, skb, 0, {group}, gfp)"),
            false => format!(
                "genlmsg_multicast_netns(&{}, net, skb, 0, {group}, gfp)",
                self.names.family()
            ),
        }
    }

    /// Sends an event to one socket.
    pub(super) fn unicast(&self) -> &'static str {
        self.either(
            "genlmsg_unicast(net, skb, portid)",
            "nlmsg_unicast(sk, skb, portid)",
        )
    }

    /// A message without attributes, in `skb`.
    pub(super) fn put_empty(&self, from: &str, command: &str) -> String {
        match self.is_raw() {
            true => format!("nlmsg_put(skb, {from}, {command}, 0, 0)"),
            false => format!(
                "genlmsg_put(skb, {from}, &{}, 0, {command})",
                self.names.family()
            ),
        }
    }
}

/// Writes a whole message.
pub(super) fn message(plan: &Plan<'_>, body: &Body<'_>, code: &mut Code) {
    let name = &body.name;
    let header = body.header.as_ref();
    let header = header.map(|header| format!("msg->{}", header.ident));
    code.blank();
    let number = plan.either("u8 cmd", "u16 type");
    code.line(format!(
        "static int {name}_message(struct sk_buff *skb, u32 portid, u32 seq, int flags, {number}, \
         const struct {name} *msg)"
    ));
    code.line("{");
    let (head, data, layer) = match plan.is_raw() {
        true => {
            let len = plan.header_len(header.as_deref());
            code.line(format!(
                "struct nlmsghdr *nlh = nlmsg_put(skb, portid, seq, type, {len}, flags);"
            ));
            ("nlh", "nlmsg_data(nlh)", "nlmsg")
        }
        false => {
            code.line(format!(
                "void *head = genlmsg_put(skb, portid, seq, &{}, flags, cmd);",
                plan.names.family()
            ));
            ("head", "head", "genlmsg")
        }
    };
    code.blank();
    code.line(format!("if (!{head})"));
    code.then("return -EMSGSIZE;");
    if let Some(header) = header {
        code.line(format!("memcpy({data}, &{header}, sizeof({header}));"));
    }
    code.line(format!("if ({name}_fill(skb, msg)) {{"));
    code.line(format!("{layer}_cancel(skb, {head});"));
    code.line("return -EMSGSIZE;");
    code.line("}");
    code.line(format!("{layer}_end(skb, {head});"));
    code.line("return 0;");
    code.line("}");
}
