//! A fixed header and attributes that are bytes already.

use super::attr::{Encode, Encoder};
use crate::describe::Set;

/// A request whose fixed header and attributes are bytes already.
///
/// ```
/// use nlgen_runtime::{Encode, Raw};
/// assert_eq!(Raw(&[8, 0, 1, 0, 7, 0, 0, 0]).to_bytes()?.len(), 8);
/// # Ok::<(), nlgen_runtime::EncodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(pub &'a [u8]);

/// What an untyped request calls its attributes: nothing.
static UNKNOWN: Set = Set::new("request", &[]);

impl Encode for Raw<'_> {
    const SET: &'static Set = &UNKNOWN;

    fn encode(&self, out: &mut Encoder<'_>) {
        out.bytes(self.0);
    }
}

/// Without the bytes: they may hold keys.
impl std::fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Raw({} bytes)", self.0.len())
    }
}
