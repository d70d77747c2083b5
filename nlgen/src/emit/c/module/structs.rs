//! The structs that requests are read into, and replies and events are written from.

use super::code::Code;
use super::plan::{Body, Elem, Field, Part, PartKind, Plan, int_type};
use crate::model::{Int, StructId};

/// All structs, in an order that C takes.
pub(super) fn structs(plan: &Plan<'_>, code: &mut Code) {
    shared(plan, code);
    for part in &plan.parts {
        if let PartKind::Array(inner) = &part.kind {
            array(plan, part, inner, code);
        }
        if let PartKind::Keyed { .. } = &part.kind {
            code.blank();
            code.line(format!("struct {} {{", part.name));
            code.line(format!("struct {}_item *value;", part.name));
            code.line("u32 count;");
            code.line("};");
        }
    }
    for (at, name) in &plan.sub_messages {
        let used = plan
            .parts
            .iter()
            .any(|part| matches!(&part.kind, PartKind::SubMessage { id, .. } if id.0 == *at));
        if used {
            sub_message(plan, *at, name, code);
        }
    }
    for body in plan.bodies.values() {
        structure(plan, body, code);
    }
    for part in &plan.parts {
        if let PartKind::Keyed { keys, message } = &part.kind {
            code.blank();
            code.line(format!("struct {}_item {{", part.name));
            for key in key_idents(keys) {
                code.line(format!("u16 {key};"));
            }
            code.line(format!("struct {} value;", plan.name(*message)));
            code.line("};");
        }
    }
}

/// What all structs use.
fn shared(plan: &Plan<'_>, code: &mut Code) {
    let prefix = plan.prefix();
    code.blank();
    code.comment("Where a struct was read from: the attributes, and the nest that they are in, if it is one.");
    code.line(format!("struct {prefix}_from {{"));
    code.line("const struct nlattr *nest;");
    code.line("const struct nlattr *attrs;");
    code.line("int len;");
    code.line("};");
    let elems = || {
        let fields = plan.bodies.values().flat_map(|body| &body.fields);
        let inner = plan.parts.iter().filter_map(|part| match &part.kind {
            PartKind::Array(inner) => Some(inner),
            _ => None,
        });
        fields.map(|field| &field.elem).chain(inner)
    };
    if elems().any(|elem| *elem == Elem::Text) {
        code.blank();
        code.comment("Text, whose length does not count a NUL behind it.");
        code.line(format!("struct {prefix}_text {{"));
        code.line("const char *data;");
        code.line("u32 len;");
        code.line("};");
    }
    if elems().any(|elem| matches!(elem, Elem::Bytes { .. } | Elem::SubMessage { .. })) {
        code.blank();
        code.line(format!("struct {prefix}_bytes {{"));
        code.line("const void *data;");
        code.line("u32 len;");
        code.line("};");
    }
    let mut types: Vec<&str> = elems()
        .filter_map(|elem| match elem {
            Elem::Scalars(int) => Some(int_type(*int)),
            _ => None,
        })
        .collect();
    types.sort_unstable();
    types.dedup();
    for name in types {
        code.blank();
        code.line(format!("struct {prefix}_{name}s {{"));
        code.line(format!("{name} *value;"));
        code.line("u32 count;");
        code.line("};");
    }
}

fn array(plan: &Plan<'_>, part: &Part, inner: &Elem, code: &mut Code) {
    code.blank();
    code.comment(
        "The entries have the indices 0, 1, 2 and so on where there is no list of indices.",
    );
    code.line(format!("struct {} {{", part.name));
    code.line(format!("{} *value;", item_type(plan, inner)));
    code.line("u16 *index;");
    code.line("u32 count;");
    code.line("};");
}

fn sub_message(plan: &Plan<'_>, at: usize, name: &str, code: &mut Code) {
    let Some(item) = plan.family.sub_messages.get(at) else {
        return;
    };
    code.blank();
    code.line(format!("enum {name}_format {{"));
    code.line(format!("{}_UNKNOWN,", name.to_ascii_uppercase()));
    for format in &item.formats {
        code.line(format!("{},", format_of(name, &format.value)));
    }
    code.line("};");
    code.blank();
    code.comment("The payload in the format that its selector has; the bytes where the selector has none of them.");
    code.line(format!("struct {name} {{"));
    code.line(format!("enum {name}_format format;"));
    code.line("union {");
    code.line(format!("struct {}_bytes bytes;", plan.prefix()));
    let mut idents = crate::model::name::Scope::with(&["bytes"]);
    for format in &item.formats {
        let ident = idents.take(super::plan::ident(&format.value), "_");
        if let Some(holder) = holder(plan, format) {
            code.line(format!("struct {holder} *{ident};"));
        }
    }
    code.line("};");
    code.line("};");
}

/// The struct that holds a format's payload.
pub(super) fn holder(plan: &Plan<'_>, format: &crate::model::Format) -> Option<String> {
    match (format.message, format.header) {
        (Some(message), _) => Some(plan.name(message).to_owned()),
        (None, Some(header)) => Some(plan.structure(header)),
        (None, None) => None,
    }
}

fn structure(plan: &Plan<'_>, body: &Body<'_>, code: &mut Code) {
    code.blank();
    code.comment(body.title);
    code.line(format!("struct {} {{", body.name));
    code.line(format!("struct {}_from from;", plan.prefix()));
    if let Some(header) = &body.header {
        let structure = plan.structure(header.structure);
        code.line(format!("struct {structure} {};", header.ident));
    }
    let bits: Vec<&Field<'_>> = body.fields.iter().filter(|field| field.has_bit()).collect();
    if !bits.is_empty() {
        code.line("struct {");
        for field in bits {
            code.line(format!("u32 {}:1;", field.ident));
        }
        code.line("} has;");
    }
    for field in &body.fields {
        let (ident, item) = (&field.ident, item_type(plan, &field.elem));
        let pointer = field.many || matches!(field.elem, Elem::Nest(_));
        let star = if pointer { "*" } else { "" };
        code.line(format!("{item} {star}{ident};"));
        if field.many {
            code.line(format!("u32 n_{ident};"));
        }
    }
    code.line("};");
}

/// The type of one value.
pub(super) fn item_type(plan: &Plan<'_>, elem: &Elem) -> String {
    let prefix = plan.prefix();
    match elem {
        Elem::Flag => "bool".to_owned(),
        Elem::Int(int) => int_type(*int).to_owned(),
        Elem::Text => format!("struct {prefix}_text"),
        Elem::Bytes { .. } => format!("struct {prefix}_bytes"),
        Elem::Ipv4 => "__be32".to_owned(),
        Elem::Ipv6 => "struct in6_addr".to_owned(),
        Elem::Bitfield32 => "struct nla_bitfield32".to_owned(),
        Elem::Scalars(int) => format!("struct {prefix}_{}s", int_type(*int)),
        Elem::Struct(id) => format!("struct {}", plan.structure(*id)),
        Elem::Nest(id) => format!("struct {}", plan.name(*id)),
        Elem::Array(name) | Elem::Keyed(name) => format!("struct {name}"),
        Elem::SubMessage { id, .. } => {
            let name = plan.sub_messages.get(&id.0).map_or("", String::as_str);
            format!("struct {name}")
        }
    }
}

/// The members of the keys of an item.
pub(super) fn key_idents(keys: &[String]) -> Vec<String> {
    let mut scope = crate::model::name::Scope::with(&["value"]);
    keys.iter()
        .map(|key| scope.take(super::plan::ident(key), "_"))
        .collect()
}

impl Plan<'_> {
    /// The name of a struct of the uapi header.
    pub(super) fn structure(&self, id: StructId) -> String {
        self.names.structure(self.family.structure(id))
    }
}

/// Whether a value of this kind has memory of its own.
pub(super) fn owns(elem: &Elem) -> bool {
    matches!(
        elem,
        Elem::Scalars(_)
            | Elem::Nest(_)
            | Elem::Array(_)
            | Elem::Keyed(_)
            | Elem::SubMessage { .. }
    )
}

/// The bytes that an integer has at least.
pub(super) fn least(int: Int) -> u8 {
    if int.bytes == 0 { 4 } else { int.bytes }
}

/// The constant of a format of a payload.
pub(super) fn format_of(payload: &str, value: &str) -> String {
    let value = super::plan::ident(value);
    format!("{payload}_{}", value.trim_start_matches('_')).to_ascii_uppercase()
}

/// What handlers are written with.
pub(super) fn macros(plan: &Plan<'_>, code: &mut Code) {
    let prefix = plan.prefix();
    code.blank();
    code.comment("Sets an attribute of a message that is going to be written.");
    code.wrapped(&MACROS.replace("PREFIX", &prefix));
}

const MACROS: &str = "\
#define PREFIX_set(msg, field, val)\t\t\t\t\\
\tdo {\t\t\t\t\t\t\t\\
\t\ttypeof(msg) __msg = (msg);\t\t\t\\
\t\t\t\t\t\t\t\t\\
\t\t__msg->field = (val);\t\t\t\t\\
\t\t__msg->has.field = 1;\t\t\t\t\\
\t} while (0)

/* Refuses a request because of an attribute in it, and gives err. */
#define PREFIX_refuse(extack, msg, type, err, text)\t\t\\
\t({\t\t\t\t\t\t\t\\
\t\tconst struct PREFIX_from *__from = &(msg)->from;\t\\
\t\t\t\t\t\t\t\t\\
\t\tNL_SET_ERR_MSG_ATTR((extack), nla_find(__from->attrs,\t\\
\t\t\t\t    __from->len, (type)), text);\t\\
\t\t(err);\t\t\t\t\t\t\\
\t})

/* Refuses a request because of an attribute that is not in it, and gives -EINVAL. */
static inline int PREFIX_missing(struct netlink_ext_ack *extack, const struct PREFIX_from *from, int type)
{
\tNL_SET_ERR_ATTR_MISS(extack, from->nest, type);
\treturn -EINVAL;
}
";
