//! Writing structs into messages, and how long the messages will be.

use super::code::Code;
use super::plan::{Body, Elem, Field, Plan};
use crate::model::{Content, Int, Order, SetId};

/// The functions that measure and write nests and parts, before those of whole messages.
pub(super) fn functions(plan: &Plan<'_>, code: &mut Code) {
    let bodies = || plan.bodies.values().filter(|body| body.written);
    code.blank();
    for body in bodies().filter(|body| !body.root) {
        if body.measured {
            code.line(format!(
                "static size_t {0}_size(const struct {0} *msg);",
                body.name
            ));
        }
        code.line(format!("{};", put_head(&body.name)));
    }
    super::write_parts::sub_messages(plan, code);
    for part in plan.parts.iter().filter(|part| part.written) {
        super::write_parts::write_part(plan, part, code);
    }
    for body in bodies() {
        if body.measured {
            size(plan, body, code);
        }
        fill(plan, body, code);
        if !body.root {
            put(plan, body, code);
        }
    }
}

fn put_head(name: &str) -> String {
    format!("static int {name}_put(struct sk_buff *skb, int type, const struct {name} *msg)")
}

fn size(plan: &Plan<'_>, body: &Body<'_>, code: &mut Code) {
    let name = &body.name;
    code.blank();
    code.line(format!(
        "static size_t {name}_size(const struct {name} *msg)"
    ));
    code.line("{");
    let fixed = match &body.header {
        Some(header) => format!("NLMSG_ALIGN(sizeof(msg->{}))", header.ident),
        None => "0".to_owned(),
    };
    code.line(format!("size_t size = {fixed};"));
    let loops = |field: &Field<'_>| field.many && varies(&field.elem);
    if body.fields.iter().any(loops) {
        code.line("u32 i;");
    }
    code.blank();
    for field in &body.fields {
        let ident = &field.ident;
        if loops(field) {
            let one = size_of(plan, body.set, &field.elem, &format!("msg->{ident}[i]"));
            code.line(format!("for (i = 0; i < msg->n_{ident}; i++)"));
            code.then(format!("size += {one};"));
        } else if field.many {
            let one = size_of(plan, body.set, &field.elem, &format!("*msg->{ident}"));
            code.line(format!("size += msg->n_{ident} * {one};"));
        } else {
            let place = match field.elem {
                Elem::Nest(_) => format!("*msg->{ident}"),
                _ => format!("msg->{ident}"),
            };
            let one = size_of(plan, body.set, &field.elem, &place);
            code.line(format!("if ({})", present(field)));
            code.then(format!("size += {one};"));
        }
    }
    code.line("return size;");
    code.line("}");
}

/// The condition that an attribute is there.
pub(super) fn present(field: &Field<'_>) -> String {
    match field.has_bit() {
        true => format!("msg->has.{}", field.ident),
        false => format!("msg->{}", field.ident),
    }
}

/// Whether values of this kind have different lengths.
pub(super) fn varies(elem: &Elem) -> bool {
    matches!(
        elem,
        Elem::Text
            | Elem::Bytes { .. }
            | Elem::Scalars(_)
            | Elem::Nest(_)
            | Elem::Array(_)
            | Elem::Keyed(_)
            | Elem::SubMessage { .. }
    )
}

/// The bytes that the attribute takes at most.
pub(super) fn size_of(plan: &Plan<'_>, set: SetId, elem: &Elem, place: &str) -> String {
    let address = address(place);
    let len = match elem {
        Elem::Flag => "0".to_owned(),
        Elem::Int(int) if int.bytes == 8 && plan.pad(set).is_some() => {
            return "nla_total_size_64bit(8)".to_owned();
        }
        Elem::Int(int) => int.repr().bytes.to_string(),
        Elem::Text => format!("{place}.len + 1"),
        Elem::Bytes { .. } => format!("{place}.len"),
        Elem::Ipv4 => "4".to_owned(),
        Elem::Ipv6 => "16".to_owned(),
        Elem::Bitfield32 => "8".to_owned(),
        Elem::Scalars(_) => format!("{place}.count * sizeof(*{place}.value)"),
        Elem::Struct(id) if plan.is_wide(*id) && plan.pad(set).is_some() => {
            return format!("nla_total_size_64bit(sizeof({place}))");
        }
        Elem::Struct(_) => format!("sizeof({place})"),
        Elem::Nest(id) => format!("{}_size({address})", plan.name(*id)),
        Elem::Array(part) | Elem::Keyed(part) => format!("{part}_size({address})"),
        Elem::SubMessage { id, .. } => {
            let name = plan.sub_messages.get(&id.0).map_or("", String::as_str);
            format!("{name}_size({address})")
        }
    };
    format!("nla_total_size({len})")
}

pub(super) fn address(place: &str) -> String {
    let pointer = place.strip_prefix('*');
    pointer.map_or_else(|| format!("&{place}"), str::to_owned)
}

fn fill(plan: &Plan<'_>, body: &Body<'_>, code: &mut Code) {
    let name = &body.name;
    code.blank();
    code.line(format!(
        "static int {name}_fill(struct sk_buff *skb, const struct {name} *msg)"
    ));
    code.line("{");
    if body.fields.iter().any(|field| field.many) {
        code.line("u32 i;");
        code.blank();
    }
    for field in &body.fields {
        let (ident, number) = (&field.ident, &field.number);
        if field.many {
            let call = put_of(
                plan,
                body.set,
                &field.elem,
                &format!("msg->{ident}[i]"),
                number,
            );
            code.line(format!("for (i = 0; i < msg->n_{ident}; i++)"));
            code.then(format!("if ({call})"));
            code.then("\treturn -EMSGSIZE;");
            continue;
        }
        let place = match field.elem {
            Elem::Nest(_) => format!("*msg->{ident}"),
            _ => format!("msg->{ident}"),
        };
        let call = put_of(plan, body.set, &field.elem, &place, number);
        code.line(format!("if ({} && {call})", present(field)));
        code.then("return -EMSGSIZE;");
    }
    code.line("return 0;");
    code.line("}");
}

/// A nest with its attribute around it.
fn put(plan: &Plan<'_>, body: &Body<'_>, code: &mut Code) {
    let (name, prefix) = (&body.name, plan.prefix());
    code.blank();
    code.line(put_head(name));
    code.line("{");
    code.line("struct nlattr *nest = nla_nest_start(skb, type);");
    code.blank();
    let header = body.header.as_ref().map(|header| {
        let header = format!("msg->{}", header.ident);
        format!("nla_put_nohdr(skb, sizeof({header}), &{header}) || ")
    });
    let header = header.unwrap_or_default();
    code.line(format!("if (!nest || {header}{name}_fill(skb, msg))"));
    code.then("return -EMSGSIZE;");
    code.line(format!("return {prefix}_nest_end(skb, nest);"));
    code.line("}");
}

/// The call that appends an attribute; it is not 0 when there is no room.
pub(super) fn put_of(plan: &Plan<'_>, set: SetId, elem: &Elem, place: &str, kind: &str) -> String {
    let (prefix, address) = (plan.prefix(), address(place));
    match elem {
        Elem::Flag => format!("nla_put_flag(skb, {kind})"),
        Elem::Int(int) => put_int(plan, plan.pad(set).as_deref(), *int, place, kind),
        Elem::Text => format!("{prefix}_put_text(skb, {kind}, {address})"),
        Elem::Bytes { .. } => format!("{prefix}_put(skb, {kind}, {place}.data, {place}.len)"),
        Elem::Ipv4 => format!("nla_put_in_addr(skb, {kind}, {place})"),
        Elem::Ipv6 => format!("nla_put_in6_addr(skb, {kind}, {address})"),
        Elem::Bitfield32 => {
            format!("nla_put_bitfield32(skb, {kind}, {place}.value, {place}.selector)")
        }
        Elem::Scalars(_) => format!(
            "{prefix}_put(skb, {kind}, {place}.value, {place}.count * sizeof(*{place}.value))"
        ),
        Elem::Struct(id) => match plan.pad(set).filter(|_| plan.is_wide(*id)) {
            Some(pad) => format!("nla_put_64bit(skb, {kind}, sizeof({place}), {address}, {pad})"),
            None => format!("nla_put(skb, {kind}, sizeof({place}), {address})"),
        },
        Elem::Nest(id) => format!("{}_put(skb, {kind}, {address})", plan.name(*id)),
        Elem::Array(part) | Elem::Keyed(part) => format!("{part}_put(skb, {kind}, {address})"),
        Elem::SubMessage { id, .. } => {
            let name = plan.sub_messages.get(&id.0).map_or("", String::as_str);
            format!("{name}_put(skb, {kind}, {address})")
        }
    }
}

fn put_int(plan: &Plan<'_>, pad: Option<&str>, int: Int, place: &str, kind: &str) -> String {
    let prefix = plan.prefix();
    let sign = if int.signed { "s" } else { "u" };
    let bits = 8 * int.bytes;
    let order = match int.order {
        Order::Host => "",
        Order::Big => "be",
        Order::Little => "le",
    };
    match (int.order, int.bytes) {
        (Order::Host, 0) => format!("nla_put_{sign}int(skb, {kind}, {place})"),
        (_, 0) => {
            let narrow = if int.signed { "s32" } else { "u32" };
            format!(
                "({place} == ({narrow}){place} ? \
                 nla_put_{order}32(skb, {kind}, cpu_to_{order}32({place})) : \
                 {prefix}_put_64(skb, {kind}, (__force u64)cpu_to_{order}64({place})))"
            )
        }
        (Order::Host, 8) => match pad {
            Some(pad) if int.signed => format!("nla_put_s64(skb, {kind}, {place}, {pad})"),
            Some(pad) => format!("nla_put_u64_64bit(skb, {kind}, {place}, {pad})"),
            None => format!("{prefix}_put_64(skb, {kind}, {place})"),
        },
        (Order::Host, _) => format!("nla_put_{sign}{bits}(skb, {kind}, {place})"),
        (_, 8) => match pad {
            Some(pad) => {
                format!("nla_put_{order}64(skb, {kind}, cpu_to_{order}64({place}), {pad})")
            }
            None => format!("{prefix}_put_64(skb, {kind}, (__force u64)cpu_to_{order}64({place}))"),
        },
        _ => format!("nla_put_{order}{bits}(skb, {kind}, cpu_to_{order}{bits}({place}))"),
    }
}

impl Plan<'_> {
    /// The attribute of a set that pads 64-bit values.
    pub(super) fn pad(&self, set: SetId) -> Option<String> {
        self.family.sets.get(set.0)?;
        let mut attributes = self.family.set(set).attributes.iter();
        let pad = attributes.find(|attr| attr.content == Content::Pad)?;
        Some(self.names.attribute(set, pad))
    }

    /// Whether a struct begins at 64 bits.
    pub(super) fn is_wide(&self, id: crate::model::StructId) -> bool {
        self.family.structure(id).align == 8
    }
}
