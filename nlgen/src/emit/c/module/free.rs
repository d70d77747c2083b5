//! Giving back what reading allocated.

use super::code::Code;
use super::plan::{Body, Elem, Field, Part, PartKind, Plan};
use super::structs::{holder, owns};

/// Frees what a message or a nest owns, and clears it.
pub(super) fn free(plan: &Plan<'_>, body: &Body<'_>, code: &mut Code) {
    let name = &body.name;
    code.blank();
    code.line(format!("static void {name}_free(struct {name} *msg)"));
    code.line("{");
    let loops = |field: &Field<'_>| field.many && owns(&field.elem);
    if body.fields.iter().any(loops) {
        code.line("u32 i;");
        code.blank();
    }
    for field in &body.fields {
        let one = format!("msg->{}", field.ident);
        match (field.many, &field.elem) {
            (true, elem) => {
                if owns(elem) {
                    code.line(format!("for (i = 0; i < msg->n_{}; i++)", field.ident));
                    code.then(plan.free_one(elem, &format!("{one}[i]")));
                }
                code.line(format!("kvfree({one});"));
            }
            (false, Elem::Nest(id)) => {
                code.line(format!("if ({one})"));
                code.then(format!("{}_free({one});", plan.name(*id)));
                code.line(format!("kvfree({one});"));
            }
            (false, elem) if owns(elem) => code.line(plan.free_one(elem, &one)),
            _ => {}
        }
    }
    code.line("memset(msg, 0, sizeof(*msg));");
    code.line("}");
}

/// Frees what a list in an attribute owns, and clears it.
pub(super) fn free_list(part: &Part, item: Option<String>, code: &mut Code) {
    let name = &part.name;
    code.blank();
    code.line(format!("static void {name}_free(struct {name} *list)"));
    code.line("{");
    if let Some(item) = item {
        code.line("u32 i;");
        code.blank();
        code.line("for (i = 0; i < list->count; i++)");
        code.then(item);
    }
    code.line("kvfree(list->value);");
    if let PartKind::Array(_) = part.kind {
        code.line("kvfree(list->index);");
    }
    code.line("memset(list, 0, sizeof(*list));");
    code.line("}");
}

/// The functions that free payloads which another attribute selects.
pub(super) fn sub_messages(plan: &Plan<'_>, code: &mut Code) {
    for (at, name) in &plan.sub_messages {
        let read = plan.parts.iter().any(|part| {
            part.read && matches!(&part.kind, PartKind::SubMessage { id, .. } if id.0 == *at)
        });
        let item = plan.family.sub_messages.get(*at).filter(|_| read);
        let Some(item) = item else { continue };
        code.blank();
        code.line(format!("static void {name}_free(struct {name} *payload)"));
        code.line("{");
        code.line("switch (payload->format) {");
        for (format, ident) in item.formats.iter().zip(plan.format_idents(item)) {
            let Some(_) = holder(plan, format) else {
                continue;
            };
            let label = format!("case {}", super::structs::format_of(name, &format.value));
            code.case(&label, |code| {
                if let Some(message) = format.message {
                    let message = plan.name(message);
                    code.line(format!("if (payload->{ident})"));
                    code.then(format!("{message}_free(payload->{ident});"));
                }
                code.line(format!("kvfree(payload->{ident});"));
                code.line("break;");
            });
        }
        code.case("default", |code| code.line("break;"));
        code.line("}");
        code.line("memset(payload, 0, sizeof(*payload));");
        code.line("}");
    }
}

impl Plan<'_> {
    /// The statement that frees what a value owns.
    pub(super) fn free_one(&self, elem: &Elem, place: &str) -> String {
        match elem {
            Elem::Scalars(_) => format!("kvfree({place}.value);"),
            Elem::Nest(id) => format!("{}_free(&{place});", self.name(*id)),
            Elem::Array(part) | Elem::Keyed(part) => format!("{part}_free(&{place});"),
            Elem::SubMessage { id, .. } => {
                let name = self.sub_messages.get(&id.0).map_or("", String::as_str);
                format!("{name}_free(&{place});")
            }
            _ => String::new(),
        }
    }

    /// The members of a payload's formats.
    pub(super) fn format_idents(&self, item: &crate::model::SubMessage) -> Vec<String> {
        let mut idents = crate::model::name::Scope::with(&["bytes"]);
        item.formats
            .iter()
            .map(|format| idents.take(super::plan::ident(&format.value), "_"))
            .collect()
    }
}
