//! The feature `serde`: a whole dump serializes.

use serde::ser::{Error as _, SerializeSeq};
use serde::{Serialize, Serializer};

use super::collected::Collected;
use crate::family::Dump;

/// A list of the objects.
impl<D: Dump> Serialize for Collected<D>
where
    for<'r> D::Reply<'r>: Serialize,
{
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut list = out.serialize_seq(Some(self.len()))?;
        for object in self {
            list.serialize_element(&object.map_err(S::Error::custom)?)?;
        }
        list.end()
    }
}
