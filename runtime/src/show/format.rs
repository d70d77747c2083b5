//! The format of a sub-message, by the attribute or the member of a header that selects it.

use crate::describe::{Format, Kind, Layout, Set};
use crate::wire::{Attrs, Decimal, Str};

/// The format of a payload whose selector is the attribute `number` of `set`, among the
/// attributes in `level`.
pub(crate) fn selected_format(
    formats: &'static [Format],
    set: &'static Set,
    number: u16,
    level: &[u8],
) -> Option<&'static Format> {
    let attrs = Attrs::new(level).map_while(Result::ok);
    let selector = attrs.filter(|attr| attr.kind() == number).last()?;
    let payload = selector.payload();
    let name = match set.attribute(number)?.kind() {
        Kind::Enum(int, names) => {
            let value = int.read(payload)?;
            names
                .iter()
                .find(|(known, _)| *known == value)?
                .1
                .as_bytes()
        }
        _ => Str::from_payload(payload).as_bytes(),
    };
    named(formats, name)
}

/// The format of a payload whose selector is the member `selector` of a struct before the attributes, in its bytes.
pub(crate) fn format_by_header(
    formats: &'static [Format],
    selector: &str,
    header: Option<(&'static Layout, &[u8])>,
) -> Option<&'static Format> {
    let (layout, bytes) = header?;
    let mut members = layout.members().iter();
    let member = members.find(|member| member.name() == selector)?;
    let payload = member.of(bytes);
    match member.kind() {
        Kind::Int(int) => Decimal::of(int.read(payload)?).with(|number| named(formats, number)),
        Kind::Enum(int, names) => {
            let value = int.read(payload)?;
            let (_, name) = names.iter().find(|(known, _)| *known == value)?;
            named(formats, name.as_bytes())
        }
        _ => None,
    }
}

/// The format that a selector's value names.
fn named(formats: &'static [Format], name: &[u8]) -> Option<&'static Format> {
    let known = |format: &&Format| !format.is_others() && format.value().as_bytes() == name;
    let others = || formats.iter().find(|format| format.is_others());
    formats.iter().find(known).or_else(others)
}
