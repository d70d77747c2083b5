//! Reading lists inside an attribute, and payloads that another attribute selects.

use super::code::Code;
use super::free::free_list;
use super::plan::{Elem, Part, PartKind, Plan};
use super::read::read;
use super::structs::{holder, key_idents, owns};
use crate::model::{
    Attribute, Content, Format, Int, Meaning, MessageId, SetId, SubMessage, SubMessageId,
};

pub(super) fn read_part(plan: &Plan<'_>, part: &Part, code: &mut Code) {
    match &part.kind {
        PartKind::Array(inner) => {
            let item = owns(inner).then(|| plan.free_one(inner, "list->value[i]"));
            free_list(part, item, code);
            array(plan, part, inner, code);
        }
        PartKind::Keyed { keys, message } => {
            let item = format!("{}_free(&list->value[i].value);", plan.name(*message));
            free_list(part, Some(item), code);
            keyed(plan, part, keys, *message, code);
        }
        PartKind::SubMessage { id, selector } => sub_message(plan, part, *id, selector, code),
    }
}

fn array(plan: &Plan<'_>, part: &Part, inner: &Elem, out: &mut Code) {
    let (name, prefix) = (&part.name, plan.prefix());
    let mut code = Code::inner();
    code.line("list->index[i] = nla_type(attr);");
    read(plan, inner, "list->value[i]", false, &mut code);
    code.line("i++;");
    let body = code.into_text();
    out.blank();
    out.line(format!(
        "static int {name}_parse(struct {name} *list, const struct nlattr *nest, \
         const struct {prefix}_level *outer)"
    ));
    out.line("{");
    let uses_level = body.contains("level");
    out.line(match body.contains("&inner") {
        true => format!("struct {prefix}_level here, inner;"),
        false => format!("struct {prefix}_level here;"),
    });
    if uses_level {
        out.line(format!("const struct {prefix}_level *level = &here;"));
    }
    out.line("const struct nlattr *attr;");
    out.line("int rem, err;");
    out.line("u32 i = 0;");
    out.blank();
    out.attempt(&format!("{prefix}_enter(&here, outer, nest)"));
    out.line("nla_for_each_attr(attr, here.from.attrs, here.from.len, rem)");
    out.then("i++;");
    out.line("if (!i)");
    out.then("return 0;");
    out.line("list->value = kvcalloc(i, sizeof(*list->value), GFP_KERNEL_ACCOUNT);");
    out.line("list->index = kvcalloc(i, sizeof(*list->index), GFP_KERNEL_ACCOUNT);");
    out.line("if (!list->value || !list->index)");
    out.then("return -ENOMEM;");
    out.line("list->count = i;");
    out.line("i = 0;");
    out.line("nla_for_each_attr(attr, here.from.attrs, here.from.len, rem) {");
    out.raw(&body);
    out.line("}");
    out.line("return 0;");
    out.line("}");
}

fn keyed(plan: &Plan<'_>, part: &Part, keys: &[String], message: MessageId, code: &mut Code) {
    let (name, prefix) = (&part.name, plan.prefix());
    let places: Vec<String> = (0..keys.len()).map(|at| format!("at{at}")).collect();
    let rest: Vec<String> = (0..keys.len()).map(|at| format!("rem{at}")).collect();
    let last = places.last().map_or("nest", String::as_str);
    let loops = |code: &mut Code, brace: &str| {
        let mut outer = "nest";
        for (place, rem) in places.iter().zip(&rest) {
            code.line(format!(
                "nla_for_each_nested({place}, {outer}, {rem}){brace}"
            ));
            outer = place;
        }
    };
    code.blank();
    code.line(format!(
        "static int {name}_parse(struct {name} *list, const struct nlattr *nest, \
         const struct {prefix}_level *level)"
    ));
    code.line("{");
    code.line(format!("const struct nlattr *{};", places.join(", *")));
    code.line(format!("struct {name}_item *item;"));
    code.line(format!("struct {prefix}_level inner;"));
    code.line(format!("int {}, err;", rest.join(", ")));
    code.line("u32 i = 0;");
    code.blank();
    loops(code, " {");
    code.line("i++;");
    places.iter().for_each(|_| code.line("}"));
    code.line("if (!i)");
    code.then("return 0;");
    code.line("list->value = kvcalloc(i, sizeof(*list->value), GFP_KERNEL_ACCOUNT);");
    code.line("if (!list->value)");
    code.then("return -ENOMEM;");
    code.line("list->count = i;");
    code.line("item = list->value;");
    loops(code, " {");
    for (key, place) in key_idents(keys).iter().zip(&places) {
        code.line(format!("item->{key} = nla_type({place});"));
    }
    plan.enter("inner", "level", last, message, code);
    code.attempt(&format!(
        "{}_parse(&item->value, &inner)",
        plan.name(message)
    ));
    code.line("item++;");
    places.iter().for_each(|_| code.line("}"));
    code.line("return 0;");
    code.line("}");
}

fn sub_message(plan: &Plan<'_>, part: &Part, id: SubMessageId, selector: &str, code: &mut Code) {
    let Some(name) = plan.sub_messages.get(&id.0) else {
        return;
    };
    let item = plan.family.sub_message(id);
    let (func, prefix) = (&part.name, plan.prefix());
    let sets = plan.selecting(part.set, selector);
    if sets.first().is_some_and(|(set, _)| *set != part.set) {
        find_outside(plan, part, &sets, code);
    }
    let mut inner = Code::inner_of(1);
    let known = sets.first().map(|(_, attr)| *attr);
    formats(plan, item, name, known, &mut inner);
    let body = inner.into_text();
    code.blank();
    code.line(format!(
        "static int {func}_parse(struct {name} *payload, const struct nlattr *attr, \
         const struct {prefix}_level *level)"
    ));
    code.line("{");
    let selected = sets.first().filter(|_| body.contains("selector"));
    if let Some((set, attr)) = selected {
        match *set == part.set {
            true => {
                let number = plan.names.attribute(*set, attr);
                code.line("const struct nlattr *selector =");
                code.then(format!(
                    "nla_find(level->from.attrs, level->from.len, {number});"
                ));
            }
            false => {
                code.line(format!(
                    "const struct nlattr *selector = {func}_selector(level);"
                ));
            }
        }
    }
    if body.contains("&inner") {
        code.line(format!("struct {prefix}_level inner;"));
        code.line("int err;");
    }
    if selected.is_some() {
        code.blank();
    }
    code.raw(&body);
    code.line(format!(
        "payload->format = {}_UNKNOWN;",
        name.to_ascii_uppercase()
    ));
    code.line("payload->bytes.data = nla_data(attr);");
    code.line("payload->bytes.len = nla_len(attr);");
    code.line("return 0;");
    code.line("}");
}

/// The function that looks for the selector around the nest.
fn find_outside(plan: &Plan<'_>, part: &Part, sets: &[(SetId, &Attribute)], code: &mut Code) {
    let (name, prefix) = (&part.name, plan.prefix());
    code.blank();
    code.line("static const struct nlattr *");
    code.line(format!(
        "{name}_selector(const struct {prefix}_level *level)"
    ));
    code.line("{");
    code.line("for (; level; level = level->outer) {");
    code.line("switch (level->set) {");
    for (set, attr) in sets {
        let number = plan.names.attribute(*set, attr);
        code.case(&format!("case {}", set.0 + 1), |code| {
            code.line(format!(
                "return nla_find(level->from.attrs, level->from.len, {number});"
            ));
        });
    }
    code.case("default", |code| code.line("break;"));
    code.line("}");
    code.line("}");
    code.line("return NULL;");
    code.line("}");
}

fn formats(
    plan: &Plan<'_>,
    item: &SubMessage,
    name: &str,
    selector: Option<&Attribute>,
    code: &mut Code,
) {
    for (format, ident) in item.formats.iter().zip(plan.format_idents(item)) {
        let Some(test) = selector.and_then(|attr| test(plan, attr, &format.value)) else {
            continue;
        };
        code.line(format!("if (selector && {test}) {{"));
        let label = super::structs::format_of(name, &format.value);
        code.line(format!("payload->format = {label};"));
        one_format(plan, format, &ident, code);
        code.line("return 0;");
        code.line("}");
    }
}

fn one_format(plan: &Plan<'_>, format: &Format, ident: &str, code: &mut Code) {
    let Some(_) = holder(plan, format) else {
        return;
    };
    let prefix = plan.prefix();
    let one = format!("payload->{ident}");
    code.line(format!(
        "{one} = kvzalloc(sizeof(*{one}), GFP_KERNEL_ACCOUNT);"
    ));
    code.line(format!("if (!{one})"));
    code.then("return -ENOMEM;");
    let Some(message) = format.message else {
        code.line(format!("nla_memcpy({one}, attr, sizeof(*{one}));"));
        return;
    };
    let header = plan.body_of(message).and_then(|body| body.header.as_ref());
    if let Some(header) = header {
        let header = format!("{one}->{}", header.ident);
        code.line(format!("if (nla_len(attr) < NLA_ALIGN(sizeof({header})))"));
        code.then(format!("return {prefix}_bad_length(level, attr);"));
        code.line(format!(
            "memcpy(&{header}, nla_data(attr), sizeof({header}));"
        ));
    }
    plan.enter("inner", "level", "attr", message, code);
    if let Some(header) = header {
        let header = format!("{one}->{}", header.ident);
        code.line(format!(
            "inner.from.attrs = nla_data(attr) + NLA_ALIGN(sizeof({header}));"
        ));
        code.line(format!("inner.from.len -= NLA_ALIGN(sizeof({header}));"));
    }
    code.attempt(&format!("{}_parse({one}, &inner)", plan.name(message)));
}

/// The condition that the selector has a value.
fn test(plan: &Plan<'_>, attr: &Attribute, value: &str) -> Option<String> {
    match &attr.content {
        Content::String => {
            let value = crate::emit::c::text::string(value);
            Some(format!("!nla_strcmp(selector, {value})"))
        }
        Content::Int(int, meaning) => {
            let named = match meaning {
                Meaning::Enum(id) => {
                    let entries = &plan.family.enumeration(*id).entries;
                    entries.iter().find(|entry| entry.name == value)
                }
                _ => None,
            };
            let number = named.map_or_else(|| value.parse().ok(), |entry| Some(entry.value))?;
            Some(format!(
                "{}_selects(selector, {}, {number})",
                plan.prefix(),
                wire(*int)
            ))
        }
        _ => None,
    }
}

/// How a selector's integer is on the wire: whether the most significant byte is first.
fn wire(int: Int) -> &'static str {
    match int.order {
        crate::model::Order::Big => "true",
        _ => "false",
    }
}

impl Plan<'_> {
    /// The sets that have the selector, and it: the set of the sub-message alone where it has it, or else all others.
    pub(super) fn selecting(&self, own: SetId, selector: &str) -> Vec<(SetId, &Attribute)> {
        let all = self.family.sets.iter().enumerate();
        let having = all.filter_map(|(at, set)| {
            let attr = set.attributes.iter().find(|attr| attr.name == selector)?;
            Some((SetId(at), attr))
        });
        let mut having: Vec<_> = having.collect();
        if having.iter().any(|(set, _)| *set == own) {
            having.retain(|(set, _)| *set == own);
        }
        having
    }

    /// Whether a selector is looked for around its nest, so that levels have to say which set they are of.
    pub(super) fn has_outer_selectors(&self) -> bool {
        self.parts.iter().any(|part| match &part.kind {
            PartKind::SubMessage { selector, .. } => {
                let sets = self.selecting(part.set, selector);
                sets.first().is_some_and(|(set, _)| *set != part.set)
            }
            _ => false,
        })
    }

    /// Goes into the nest `nest`, whose struct is that of `message`.
    pub(super) fn enter(
        &self,
        level: &str,
        outer: &str,
        nest: &str,
        message: MessageId,
        code: &mut Code,
    ) {
        code.attempt(&format!(
            "{}_enter(&{level}, {outer}, {nest})",
            self.prefix()
        ));
        if self.has_outer_selectors() {
            let set = self.family.message(message).set;
            code.line(format!("{level}.set = {};", set.0 + 1));
        }
    }
}
