//! Reading attributes into structs.

use super::code::Code;
use super::free::free;
use super::plan::{Body, Elem, Field, Plan};
use super::read_parts::read_part;
use super::structs::{least, owns};
use crate::model::{Int, Order};

/// The functions that read nests and parts, before those of whole messages.
pub(super) fn functions(plan: &Plan<'_>, code: &mut Code) {
    let bodies = || plan.bodies.values().filter(|body| body.read);
    let parts = || plan.parts.iter().filter(|part| part.read);
    for body in bodies().filter(|body| !body.root) {
        code.line(format!("{};", parse_head(plan, body)));
        code.line(format!("static void {0}_free(struct {0} *msg);", body.name));
    }
    super::free::sub_messages(plan, code);
    for part in parts() {
        read_part(plan, part, code);
    }
    for body in bodies() {
        free(plan, body, code);
        parse(plan, body, code);
    }
}

/// The head of the function that reads a message or a nest.
pub(super) fn parse_head(plan: &Plan<'_>, body: &Body<'_>) -> String {
    let name = &body.name;
    format!(
        "static int {name}_parse(struct {name} *msg, const struct {}_level *level)",
        plan.prefix()
    )
}

fn parse(plan: &Plan<'_>, body: &Body<'_>, out: &mut Code) {
    let mut code = Code::cases();
    for field in &body.fields {
        code.case(&format!("case {}", field.number), |code| {
            read_field(plan, field, code);
            code.line("break;");
        });
    }
    let cases = code.into_text();
    out.blank();
    out.line(parse_head(plan, body));
    out.line("{");
    if !body.fields.is_empty() {
        if uses(&cases, "&inner") {
            out.line(format!("struct {}_level inner;", plan.prefix()));
        }
        out.line("const struct nlattr *attr;");
        out.line(match uses(&cases, "err = ") {
            true => "int rem, err;",
            false => "int rem;",
        });
        out.blank();
    }
    out.line("msg->from = level->from;");
    if !body.fields.is_empty() {
        out.line("nla_for_each_attr(attr, level->from.attrs, level->from.len, rem) {");
        out.line("switch (nla_type(attr)) {");
        out.raw(&cases);
        out.line("}");
        out.line("}");
    }
    out.line("return 0;");
    out.line("}");
}

fn uses(text: &str, what: &str) -> bool {
    text.contains(what)
}

fn read_field(plan: &Plan<'_>, field: &Field<'_>, code: &mut Code) {
    let ident = &field.ident;
    let one = format!("msg->{ident}");
    if field.many {
        let prefix = plan.prefix();
        code.line(format!("if (!{one})"));
        code.then(format!(
            "{one} = {prefix}_list(level, nla_type(attr), sizeof(*{one}));"
        ));
        code.line(format!("if (!{one})"));
        code.then("return -ENOMEM;");
        if owns(&field.elem) {
            // An entry that cannot be read whole is freed with the others.
            code.line(format!("msg->n_{ident}++;"));
            read(
                plan,
                &field.elem,
                &format!("{one}[msg->n_{ident} - 1]"),
                false,
                code,
            );
        } else {
            read(
                plan,
                &field.elem,
                &format!("{one}[msg->n_{ident}]"),
                false,
                code,
            );
            code.line(format!("msg->n_{ident}++;"));
        }
        return;
    }
    if let Elem::Nest(_) = field.elem {
        code.line(format!("if (!{one})"));
        code.then(format!(
            "{one} = kvzalloc(sizeof(*{one}), GFP_KERNEL_ACCOUNT);"
        ));
        code.line(format!("if (!{one})"));
        code.then("return -ENOMEM;");
        read(plan, &field.elem, &format!("*{one}"), true, code);
        return;
    }
    read(plan, &field.elem, &one, true, code);
    if field.has_bit() {
        code.line(format!("msg->has.{ident} = 1;"));
    }
}

/// Reads the payload of `attr` into `place`. Where `again`, an earlier attribute may have been read into it.
pub(super) fn read(plan: &Plan<'_>, elem: &Elem, place: &str, again: bool, code: &mut Code) {
    let prefix = plan.prefix();
    let address = place
        .strip_prefix('*')
        .map_or_else(|| format!("&{place}"), str::to_owned);
    match elem {
        Elem::Flag => code.line(format!("{place} = true;")),
        Elem::Int(int) => read_int(&prefix, *int, place, code),
        Elem::Text => {
            code.line(format!("{place}.data = nla_data(attr);"));
            code.line(format!(
                "{place}.len = strnlen(nla_data(attr), nla_len(attr));"
            ));
        }
        Elem::Bytes { exact } => {
            if let Some(exact) = exact {
                at_least(&prefix, *exact, code);
            }
            code.line(format!("{place}.data = nla_data(attr);"));
            code.line(format!("{place}.len = nla_len(attr);"));
        }
        Elem::Ipv4 => {
            at_least(&prefix, 4, code);
            code.line(format!("{place} = nla_get_in_addr(attr);"));
        }
        Elem::Ipv6 => {
            at_least(&prefix, 16, code);
            code.line(format!("{place} = nla_get_in6_addr(attr);"));
        }
        Elem::Bitfield32 => {
            at_least(&prefix, 8, code);
            code.line(format!("{place} = nla_get_bitfield32(attr);"));
        }
        Elem::Scalars(_) => {
            code.line(format!("if (nla_len(attr) % sizeof(*{place}.value))"));
            code.then(format!("return {prefix}_bad_length(level, attr);"));
            if again {
                code.line(format!("kvfree({place}.value);"));
            }
            code.line(format!(
                "{place}.value = kvmemdup(nla_data(attr), nla_len(attr), GFP_KERNEL_ACCOUNT);"
            ));
            code.line(format!("if (!{place}.value)"));
            code.then("return -ENOMEM;");
            code.line(format!(
                "{place}.count = nla_len(attr) / sizeof(*{place}.value);"
            ));
        }
        // A newer sender's struct may be longer, and an older one's shorter: the rest is 0.
        Elem::Struct(_) => code.line(format!("nla_memcpy({address}, attr, sizeof({place}));")),
        Elem::Nest(id) => {
            let name = plan.name(*id);
            if again {
                code.line(format!("{name}_free({address});"));
            }
            plan.enter("inner", "level", "attr", *id, code);
            code.attempt(&format!("{name}_parse({address}, &inner)"));
        }
        Elem::Array(part) | Elem::Keyed(part) | Elem::SubMessage { part, .. } => {
            if again {
                code.line(plan.free_one(elem, place));
            }
            code.attempt(&format!("{part}_parse({address}, attr, level)"));
        }
    }
}

fn at_least(prefix: &str, len: usize, code: &mut Code) {
    code.line(format!("if (nla_len(attr) < {len})"));
    code.then(format!("return {prefix}_bad_length(level, attr);"));
}

fn read_int(prefix: &str, int: Int, place: &str, code: &mut Code) {
    if int.bytes == 0 {
        code.line("if (nla_len(attr) != 4 && nla_len(attr) != 8)");
        code.then(format!("return {prefix}_bad_length(level, attr);"));
    } else {
        at_least(prefix, usize::from(least(int)), code);
    }
    let sign = if int.signed { "s" } else { "u" };
    let bits = 8 * int.bytes;
    let short = match int.order {
        Order::Host => "",
        Order::Big => "be",
        Order::Little => "le",
    };
    match (int.order, int.bytes) {
        (Order::Host, 0) => code.line(format!("{place} = nla_get_{sign}int(attr);")),
        (Order::Host, _) => code.line(format!("{place} = nla_get_{sign}{bits}(attr);")),
        (_, 0) => {
            code.line("if (nla_len(attr) == 4)");
            code.then(format!(
                "{place} = ({sign}32){short}32_to_cpu(nla_get_{short}32(attr));"
            ));
            code.line("else");
            code.then(format!(
                "{place} = {short}64_to_cpu(nla_get_{short}64(attr));"
            ));
        }
        _ => code.line(format!(
            "{place} = {short}{bits}_to_cpu(nla_get_{short}{bits}(attr));"
        )),
    }
}
