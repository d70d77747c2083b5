//! The format of a sub-message, by the attribute that selects it.

use crate::describe::{Format, Kind, Set};
use crate::wire::{Attrs, Str};

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
    formats
        .iter()
        .find(|format| format.value().as_bytes() == name)
}
