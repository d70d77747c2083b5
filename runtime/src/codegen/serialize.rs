//! The feature `serde`: macros that make types serialize by their description.

/// Implements `serde::Serialize` for a struct that implements [`Encode`](crate::Encode), by what it would
/// send, in the JSON of the `nlgen` tool. Without the feature `serde` it does nothing.
///
/// The structs, enums and events that specs generate have it already. A struct of derives that holds
/// lifetimes is named with `'_`.
///
/// ```
/// # #[cfg(feature = "serde")] {
/// use nlgen_runtime::Encode;
/// use nlgen_runtime::describe::{Attribute, Int, Kind, Set};
/// use nlgen_runtime::wire::Encoder;
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
        $crate::serialize!(@impl [$name], |value, out| $crate::codegen::serialize_value(*value, $names, out));
    };
    // A C struct.
    (@struct $name:ident) => {
        $crate::serialize!(@impl [$name], |value, out| $crate::codegen::serialize_struct(value, out));
    };
    // A C struct that ends in an array.
    (@struct $name:ident <$life:lifetime>) => {
        $crate::serialize!(@impl [$name<$life>], |value, out| {
            $crate::codegen::serialize_struct_with_tail(value, out)
        });
    };
    (@impl [$($name:tt)*], |$value:ident, $out:ident| $body:expr) => {
        impl $crate::codegen::serde::Serialize for $($name)* {
            fn serialize<S: $crate::codegen::serde::Serializer>(
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
            $crate::codegen::serialize_message(value, out)
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
/// The events that specs generate have it already. Of those that derive `EventSet`, each line is a variant, with
/// the message that it carries, and the event's name. Behind a semicolon comes the variant for all other
/// commands, if there is one, with its command and the bytes of its attributes. The messages serialize
/// themselves, by [`serialize!`](crate::serialize).
///
/// ```
/// # #[cfg(feature = "serde")] {
/// # use nlgen_runtime::Encode;
/// # use nlgen_runtime::describe::{Attribute, Int, Kind, Set};
/// # use nlgen_runtime::wire::Encoder;
/// # struct Dev { ifindex: u32 }
/// # impl Encode for Dev {
/// #     const SET: &'static Set = &DEV;
/// #     fn encode(&self, out: &mut Encoder<'_>) {
/// #         out.put(1, &Some(self.ifindex));
/// #     }
/// # }
/// # static DEV: Set = Set::new("dev", &[Attribute::new(1, "ifindex", Kind::Int(Int::U32))]);
/// # nlgen_runtime::serialize!(Dev);
/// enum Event {
///     Added(Dev),
///     Overheated,
///     Other(u16, Vec<u8>),
/// }
///
/// nlgen_runtime::events!(Event, {
///     Added(dev) => "dev-add-ntf",
///     Overheated => "overheated-ntf",
///     ; Self::Other(command, attributes) => (*command, attributes)
/// });
///
/// let added = serde_json::to_string(&Event::Added(Dev { ifindex: 7 })).unwrap();
/// assert_eq!(added, r#"{"name":"dev-add-ntf","msg":{"ifindex":7}}"#);
/// let other = serde_json::to_string(&Event::Other(9, vec![4, 0, 1, 0])).unwrap();
/// assert_eq!(other, r#"{"name":"command 9","msg":"04000100"}"#);
/// # }
/// ```
///
/// Events of several families (`EventSets`) serialize as what they hold, after a list of their variants:
/// `nlgen_runtime::events!(News<'_>: Link, Address);`.
#[cfg(feature = "serde")]
#[macro_export]
macro_rules! events {
    (@message $message:ident) => { ::core::option::Option::Some($message) };
    (@message) => { ::core::option::Option::None::<&()> };
    // Those that specs generate. `secret` says that the family has secret attributes: in an event whose attributes
    // are not known, they may be.
    ($name:ident $(<$life:lifetime>)?, secret $events:tt) => {
        $crate::events!(@generated [$name $(<$life>)?] serialize_secret_event $events);
    };
    ($name:ident $(<$life:lifetime>)?, {
        $($variant:ident $(($message:ident))? => $event:literal,)*
    }) => {
        $crate::events!(@generated [$name $(<$life>)?] serialize_unknown_event {
            $($variant $(($message))? => $event,)*
        });
    };
    (@generated [$($name:tt)*] $unknown:ident {
        $($variant:ident $(($message:ident))? => $event:literal,)*
    }) => {
        $crate::serialize!(@impl [$($name)*], |value, out| match value {
            $(Self::$variant $(($message))? => {
                $crate::codegen::serialize_event($event, $crate::events!(@message $($message)?), out)
            })*
            Self::Unknown { command, attributes } => {
                $crate::codegen::$unknown(*command, attributes, out)
            }
        });
    };
    ($name:ident $(<$life:lifetime>)?, {
        $($variant:ident $(($message:ident))? => $event:literal,)*
        ; $($other:pat => ($command:expr, $attributes:expr))?
    }) => {
        $crate::serialize!(@impl [$name $(<$life>)?], |value, out| match value {
            $(Self::$variant $(($message))? => {
                $crate::codegen::serialize_event($event, $crate::events!(@message $($message)?), out)
            })*
            $($other => {
                $crate::codegen::serialize_unknown_event($command, &$crate::codegen::Attrs::new($attributes), out)
            })?
        });
    };
    ($name:ident $(<$life:lifetime>)?: $($variant:ident),+ $(,)?) => {
        $crate::serialize!(@impl [$name $(<$life>)?], |value, out| match value {
            $(Self::$variant(event) => $crate::codegen::serde::Serialize::serialize(event, out),)+
        });
    };
}

/// Would implement `serde::Serialize` for events; the feature `serde` is off, and so it does nothing.
#[cfg(not(feature = "serde"))]
#[macro_export]
macro_rules! events {
    ($($any:tt)*) => {};
}
