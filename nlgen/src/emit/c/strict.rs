//! Requests that the kernel cannot check strictly.

use super::CFamily;
use crate::model::kernel::DontValidate;
use crate::model::{Attribute, Content, Family, MessageId, Operation};

impl CFamily<'_> {
    /// What the kernel does not check of an operation: what the spec says, and what would refuse requests that the spec
    /// allows. Checked strictly, an attribute 0 is always refused, and one attribute cannot be a nest in one message and
    /// bytes in another.
    pub(crate) fn skips(&self, op: &Operation) -> DontValidate {
        let lax = |message: MessageId| is_lax(self.family, message);
        let said = op.c.dont_validate;
        DontValidate {
            strict: said.strict || op.doit.as_ref().is_some_and(|mode| lax(mode.request)),
            dump_strict: said.dump_strict || op.dump.as_ref().is_some_and(|mode| lax(mode.request)),
            ..said
        }
    }
}

fn is_lax(family: &Family, request: MessageId) -> bool {
    let message = family.message(request);
    let mut seen = Vec::new();
    let is_zero = |attribute: &Attribute| attribute.number == 0 && attribute.is_data();
    family
        .fields(message)
        .any(|attribute| is_zero(attribute) || is_mixed(family, &attribute.content, &mut seen))
}

/// Whether a payload is a nest in some formats and bytes in others, in the attribute or in nests in it.
fn is_mixed(family: &Family, content: &Content, seen: &mut Vec<usize>) -> bool {
    match content {
        Content::SubMessage { id, .. } => {
            let formats = &family.sub_message(*id).formats;
            let nests = formats.iter().filter(|format| format.set.is_some());
            let nests = nests.count();
            nests != 0 && nests != formats.len()
        }
        Content::Array(inner) => is_mixed(family, inner, seen),
        Content::Nest(set) => {
            if seen.contains(&set.0) {
                return false;
            }
            seen.push(set.0);
            let mut attributes = family.set(*set).attributes.iter();
            attributes.any(|attribute| is_mixed(family, &attribute.content, seen))
        }
        _ => false,
    }
}
