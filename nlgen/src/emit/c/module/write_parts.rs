//! Writing lists inside an attribute, and payloads that another attribute selects.

use super::code::Code;
use super::plan::{Elem, Part, PartKind, Plan};
use super::structs::{format_of, holder, key_idents};
use super::write::{put_of, size_of, varies};
use crate::model::{Format, MessageId, SetId};

pub(super) fn write_part(plan: &Plan<'_>, part: &Part, code: &mut Code) {
    match &part.kind {
        PartKind::Array(inner) => array(plan, part, inner, code),
        PartKind::Keyed { keys, message } => keyed(plan, part, keys, *message, code),
        PartKind::SubMessage { .. } => {}
    }
}

fn array(plan: &Plan<'_>, part: &Part, inner: &Elem, code: &mut Code) {
    let (name, prefix) = (&part.name, plan.prefix());
    if part.measured {
        array_size(plan, name, inner, code);
    }
    code.blank();
    head(name, code);
    code.line("{");
    code.line("struct nlattr *nest = nla_nest_start(skb, type);");
    code.line("u32 i;");
    code.blank();
    code.line("if (!nest)");
    code.then("return -EMSGSIZE;");
    code.line("for (i = 0; i < list->count; i++) {");
    code.line("int index = list->index ? list->index[i] : i;");
    code.blank();
    let call = put_of(plan, NO_SET, inner, "list->value[i]", "index");
    code.line(format!("if ({call})"));
    code.then("return -EMSGSIZE;");
    code.line("}");
    code.line(format!("return {prefix}_nest_end(skb, nest);"));
    code.line("}");
}

fn array_size(plan: &Plan<'_>, name: &str, inner: &Elem, code: &mut Code) {
    code.blank();
    code.line(format!(
        "static size_t {name}_size(const struct {name} *list)"
    ));
    code.line("{");
    // No attribute pads the entries of an array.
    if varies(inner) {
        code.line("size_t size = 0;");
        code.line("u32 i;");
        code.blank();
        code.line("for (i = 0; i < list->count; i++)");
        let one = size_of(plan, NO_SET, inner, "list->value[i]");
        code.then(format!("size += {one};"));
        code.line("return size;");
    } else {
        let one = size_of(plan, NO_SET, inner, "*list->value");
        code.line(format!("return list->count * {one};"));
    }
    code.line("}");
}

/// Attributes that are in no set.
const NO_SET: SetId = SetId(usize::MAX);

fn head(name: &str, code: &mut Code) {
    code.line(format!(
        "static int {name}_put(struct sk_buff *skb, int type, const struct {name} *list)"
    ));
}

fn keyed(plan: &Plan<'_>, part: &Part, keys: &[String], message: MessageId, code: &mut Code) {
    let (name, prefix) = (&part.name, plan.prefix());
    let levels = keys.len().saturating_sub(1);
    let nested = plan.name(message);
    if part.measured {
        keyed_size(name, levels, nested, code);
    }
    code.blank();
    head(name, code);
    code.line("{");
    code.line("struct nlattr *nest = nla_nest_start(skb, type);");
    for at in 0..levels {
        code.line(format!("struct nlattr *level{at};"));
    }
    code.line(format!("const struct {name}_item *item;"));
    code.line("u32 i;");
    code.blank();
    code.line("if (!nest)");
    code.then("return -EMSGSIZE;");
    code.line("for (i = 0; i < list->count; i++) {");
    code.line("item = &list->value[i];");
    let idents = key_idents(keys);
    for (at, key) in idents.iter().take(levels).enumerate() {
        code.line(format!("level{at} = nla_nest_start(skb, item->{key});"));
        code.line(format!("if (!level{at})"));
        code.then("return -EMSGSIZE;");
    }
    let last = idents.last().map_or("", String::as_str);
    code.line(format!(
        "if ({nested}_put(skb, item->{last}, &item->value))"
    ));
    code.then("return -EMSGSIZE;");
    for at in (0..levels).rev() {
        code.line(format!("if ({prefix}_nest_end(skb, level{at}))"));
        code.then("return -EMSGSIZE;");
    }
    code.line("}");
    code.line(format!("return {prefix}_nest_end(skb, nest);"));
    code.line("}");
}

fn keyed_size(name: &str, levels: usize, nested: &str, code: &mut Code) {
    code.blank();
    code.line(format!(
        "static size_t {name}_size(const struct {name} *list)"
    ));
    code.line("{");
    code.line("size_t size = 0;");
    code.line("u32 i;");
    code.blank();
    code.line("for (i = 0; i < list->count; i++)");
    let around = match levels {
        0 => String::new(),
        levels => format!("{levels} * nla_total_size(0) + "),
    };
    code.then(format!(
        "size += {around}nla_total_size({nested}_size(&list->value[i].value));"
    ));
    code.line("return size;");
    code.line("}");
}

/// The functions of payloads that another attribute selects.
pub(super) fn sub_messages(plan: &Plan<'_>, code: &mut Code) {
    for (at, name) in &plan.sub_messages {
        let Some(item) = plan.family.sub_messages.get(*at) else {
            continue;
        };
        let formats: Vec<_> = item.formats.iter().zip(plan.format_idents(item)).collect();
        let used = |what: fn(&Part) -> bool| {
            let of =
                |part: &&Part| matches!(&part.kind, PartKind::SubMessage { id, .. } if id.0 == *at);
            plan.parts.iter().filter(of).any(what)
        };
        if used(|part| part.measured) {
            payload_size(plan, name, &formats, code);
        }
        if used(|part| part.written) {
            payload_put(plan, name, &formats, code);
        }
    }
}

type Formats<'f> = [(&'f Format, String)];

fn payload_size(plan: &Plan<'_>, name: &str, formats: &Formats<'_>, code: &mut Code) {
    code.blank();
    code.line(format!(
        "static size_t {name}_size(const struct {name} *payload)"
    ));
    code.line("{");
    code.line("switch (payload->format) {");
    for (format, ident) in formats {
        let label = format!("case {}", format_of(name, &format.value));
        let len = match (format.message, holder(plan, format)) {
            (Some(id), _) => format!("{}_size(payload->{ident})", plan.name(id)),
            (None, Some(_)) => format!("sizeof(*payload->{ident})"),
            (None, None) => "0".to_owned(),
        };
        code.case(&label, |code| code.line(format!("return {len};")));
    }
    code.case("default", |code| code.line("return payload->bytes.len;"));
    code.line("}");
    code.line("}");
}

fn payload_put(plan: &Plan<'_>, name: &str, formats: &Formats<'_>, code: &mut Code) {
    code.blank();
    code.line(format!(
        "static int {name}_put(struct sk_buff *skb, int type, const struct {name} *payload)"
    ));
    code.line("{");
    code.line("switch (payload->format) {");
    for (format, ident) in formats {
        let label = format!("case {}", format_of(name, &format.value));
        let call = match (format.message, holder(plan, format)) {
            (Some(id), _) => format!("{}_put(skb, type, payload->{ident})", plan.name(id)),
            (None, Some(_)) => {
                format!("nla_put(skb, type, sizeof(*payload->{ident}), payload->{ident})")
            }
            (None, None) => "nla_put(skb, type, 0, NULL)".to_owned(),
        };
        code.case(&label, |code| code.line(format!("return {call};")));
    }
    let raw = format!(
        "return {}_put(skb, type, payload->bytes.data, payload->bytes.len);",
        plan.prefix()
    );
    code.case("default", |code| code.line(&raw));
    code.line("}");
    code.line("}");
}
