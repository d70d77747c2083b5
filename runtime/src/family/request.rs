//! What a struct implements to be a request.

use crate::family::operation::Operation;
use crate::wire::{Decode, Encode};

/// A request that is answered by one message or an acknowledgement (the `do` of a specification).
pub trait Request: Encode {
    /// The operation.
    const OP: &'static Operation;
    /// What the kernel answers; `()` when it only acknowledges.
    type Reply<'r>: Decode<'r>;
}

/// A request that is answered by all objects of a kind (the `dump` of a specification).
pub trait Dump: Encode {
    /// The operation.
    const OP: &'static Operation;
    /// What the kernel answers for each object.
    type Reply<'r>: Decode<'r>;
}
