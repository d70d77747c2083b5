//! The feature `serde`: messages serialize by their static description, without code for each type.

#[cfg(feature = "serde")]
mod impls;
#[cfg(feature = "serde")]
mod json;
#[cfg(feature = "serde")]
mod walk;

#[cfg(feature = "serde")]
pub use impls::{
    serialize_event, serialize_message, serialize_struct, serialize_unknown_event, serialize_value,
};

/// Implements `serde::Serialize` for a struct that implements [`Encode`](crate::Encode), by what it would
/// send, in the JSON of the `nlgen` tool. Without the feature `serde` it does nothing.
///
/// The structs, enums and events that specs generate have it already. A struct of derives that holds
/// lifetimes is named with `'_`.
///
/// ```
/// # #[cfg(feature = "serde")] {
/// use nlgen_runtime::{Attribute, Encode, Encoder, Int, Kind, Set};
/// struct Ping { id: Option<u32>, ports: Vec<u16> }
///
/// impl Encode for Ping {
///     const SET: &'static Set = &PING;
///     fn encode(&self, out: &mut Encoder<'_>) {
///         out.put(1, &self.id);
///         for port in &self.ports {
///             out.put(2, &Some(*port));
///         }
///     }
/// }
/// static PING: Set = Set::new("ping", &[
///     Attribute::new(1, "id", Kind::Int(Int::U32)),
///     Attribute::new(2, "ports", Kind::Int(Int::U16)).multi(),
/// ]);
/// nlgen_runtime::serialize!(Ping);
///
/// let ping = Ping { id: Some(7), ports: vec![80] };
/// assert_eq!(serde_json::to_string(&ping).unwrap(), r#"{"id":7,"ports":[80]}"#);
/// # }
/// ```
#[cfg(feature = "serde")]
#[macro_export]
macro_rules! serialize {
    // An enum, with the names of its values.
    (@value $name:ident, $names:expr) => {
        $crate::serialize!(@impl [$name], |value, out| $crate::serialize_value(*value, $names, out));
    };
    // A C struct.
    (@struct $name:ident) => {
        $crate::serialize!(@impl [$name], |value, out| $crate::serialize_struct(value, out));
    };
    (@impl [$($name:tt)*], |$value:ident, $out:ident| $body:expr) => {
        impl $crate::serde::Serialize for $($name)* {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                $out: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                let $value = self;
                $body
            }
        }
    };
    ($name:ident $(<$($life:lifetime),+>)?) => {
        $crate::serialize!(@impl [$name $(<$($life),+>)?], |value, out| {
            $crate::serialize_message(value, out)
        });
    };
}

/// Would implement `serde::Serialize` for a message; the feature `serde` is off, and so it does nothing.
#[cfg(not(feature = "serde"))]
#[macro_export]
macro_rules! serialize {
    ($($any:tt)*) => {};
}

/// Implements `serde::Serialize` for the events of a family, from a table of their names: an object with the
/// `name` and the message, `msg`. Without the feature `serde` it does nothing.
///
/// Each line is a variant, with the message that it carries, and the event's name. One more variant,
/// `Unknown { command: u16, attributes: Attrs }`, holds all other events.
#[cfg(feature = "serde")]
#[macro_export]
macro_rules! events {
    (@message $message:ident) => { ::core::option::Option::Some($message) };
    (@message) => { ::core::option::Option::None::<&()> };
    ($name:ident $(<$life:lifetime>)?, { $($variant:ident $(($message:ident))? => $event:literal,)* }) => {
        $crate::serialize!(@impl [$name $(<$life>)?], |value, out| match value {
            $(Self::$variant $(($message))? => {
                $crate::serialize_event($event, $crate::events!(@message $($message)?), out)
            })*
            Self::Unknown { command, attributes } => {
                $crate::serialize_unknown_event(*command, attributes, out)
            }
        });
    };
}

/// Would implement `serde::Serialize` for events; the feature `serde` is off, and so it does nothing.
#[cfg(not(feature = "serde"))]
#[macro_export]
macro_rules! events {
    ($($any:tt)*) => {};
}
