//! Integers of the model and of the wire.

use nlgen::model::{Entry, Enum, Int, Order, Repr};
use nlgen_runtime::describe as runtime;

/// An integer of the model, as the runtime reads and writes it.
pub(crate) fn wire(int: Int) -> runtime::Int {
    runtime::Int {
        size: int.bytes,
        signed: int.signed,
        order: match int.order {
            Order::Host => runtime::Order::Host,
            Order::Big => runtime::Order::Big,
            Order::Little => runtime::Order::Little,
        },
    }
}

/// The integer in a payload; `None` when the length does not fit.
pub(crate) fn read(int: Int, payload: &[u8]) -> Option<i128> {
    let bits = wire(int).read(payload)?;
    Some(match int.signed {
        true => i128::from(bits as i64),
        false => i128::from(bits),
    })
}

/// The mask of a bit by its number.
pub(crate) fn bit(number: i128) -> i128 {
    match u32::try_from(number) {
        Ok(number) if number < 64 => 1 << number,
        _ => 0,
    }
}

/// All bits of an enum's entries.
pub(crate) fn mask(names: &Enum) -> i128 {
    names
        .entries
        .iter()
        .fold(0, |all, entry| all | bit(entry.value))
}

/// What a spec calls an integer.
pub(crate) fn name(int: Int) -> String {
    let sign = if int.signed { "s" } else { "u" };
    match int.bytes {
        0 => format!("{sign}int"),
        bytes => format!("{sign}{}", 8 * u32::from(bytes)),
    }
}

/// The entry of a value, one that was read or given.
pub(crate) fn read_entry(names: &Enum, repr: Repr, value: i128) -> Option<&Entry> {
    names
        .entries
        .iter()
        .find(|entry| repr.wrap(entry.value) == value)
}
