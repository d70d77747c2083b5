//! A request as the fake kernel sees it, and its answer.

use std::fmt;

use super::Refused;
use super::state::{Asked, FakeKernel};
use crate::wire::{Decode, Encode};

impl<'a> Asked<'a> {
    /// The request's fixed header and attributes, decoded.
    ///
    /// # Errors
    /// When they are malformed.
    pub fn request<T: Decode<'a>>(&self) -> Result<T, Refused> {
        Ok(T::decode(self.body)?)
    }

    /// The kernel that is asked, which the answer may use.
    #[must_use]
    pub fn kernel(&self) -> &'a FakeKernel {
        self.kernel
    }

    /// The fixed header and the attributes as they came.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        self.body
    }

    /// The flags of the request (`nlmsg_flags`): [`CREATE`](crate::flags::CREATE) and others.
    #[must_use]
    pub fn flags(&self) -> u16 {
        self.header.flags
    }

    /// Answers with a message: the reply, or one more object of a dump. An operation without a reply
    /// is acknowledged without this.
    ///
    /// # Errors
    /// When the message cannot be encoded.
    pub fn reply<T: Encode>(&mut self, reply: &T) -> Result<(), Refused> {
        self.replies.push(reply.to_bytes()?);
        Ok(())
    }

    /// Acknowledges with a number in place of an error number, as families do whose `do` returns an id
    /// ([`Operation::returns`](crate::Operation::returns)); the greatest is `i32::MAX`.
    pub fn returns(&mut self, number: u32) {
        *self.returned = number;
    }
}

/// Without the bytes of the request and of its replies: they may hold keys.
impl fmt::Debug for Asked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked")
            .field("header", &self.header)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("replies", &self.replies.len())
            .finish()
    }
}
