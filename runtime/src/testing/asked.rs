//! A request as the fake kernel sees it, and its answer.

use std::fmt;

use super::FakeKernel;
use crate::{
    Decode, DecodeError, Encode, EncodeError, Encoder, Errno, MessageHeader, align::align, flags,
};

/// A request that a fake kernel is asked to answer.
pub struct Asked<'a> {
    pub(super) kernel: &'a FakeKernel,
    pub(super) header: MessageHeader,
    pub(super) body: &'a [u8],
    pub(super) replies: &'a mut Vec<Vec<u8>>,
    pub(super) returned: &'a mut u32,
}

/// Why a fake kernel refuses a request: an error number, and what it says beside.
///
/// Errors of decoding the request and of encoding the reply become refusals by themselves, with
/// `EINVAL` and their text.
#[derive(Clone, Debug)]
pub struct Refused {
    pub(super) errno: Errno,
    pub(super) message: Option<String>,
    pub(super) attribute: Vec<u16>,
    pub(super) missing: Option<u16>,
}

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

    /// The flags of the request (`nlmsg_flags`): [`CREATE`](flags::CREATE) and others.
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

impl Refused {
    /// A refusal with an error number.
    #[must_use]
    pub fn new(errno: Errno) -> Self {
        Self {
            errno,
            message: None,
            attribute: Vec::new(),
            missing: None,
        }
    }

    /// The kernel's text (`NLMSGERR_ATTR_MSG`).
    #[must_use]
    pub fn message(mut self, text: impl Into<String>) -> Self {
        self.message = Some(text.into());
        self
    }

    /// The attribute that is wrong, by the numbers that lead to it, outermost first
    /// (`NLMSGERR_ATTR_OFFS`). It is left out when the request does not have it.
    #[must_use]
    pub fn attribute(mut self, numbers: &[u16]) -> Self {
        self.attribute = numbers.to_vec();
        self
    }

    /// The number of an attribute that is missing at the top (`NLMSGERR_ATTR_MISS_TYPE`).
    #[must_use]
    pub fn missing(mut self, number: u16) -> Self {
        self.missing = Some(number);
        self
    }

    /// The attributes of the extended acknowledgement for a request whose attributes, at `start` of
    /// the message, are `attributes`.
    pub(super) fn ext_ack(&self, start: usize, attributes: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut out = Encoder::new(&mut bytes);
        out.put(1, &self.message.as_deref());
        let offset = (!self.attribute.is_empty())
            .then(|| offset_of(attributes, &self.attribute))
            .flatten();
        let offset = offset.and_then(|offset| u32::try_from(start + offset).ok());
        out.put(2, &offset);
        out.put(5, &self.missing.map(u32::from));
        // Only the caller's own text could be too long; then the number alone is told.
        match out.finish() {
            Ok(()) => bytes,
            Err(_) => Vec::new(),
        }
    }
}

/// Where the attribute begins that `numbers` lead to.
fn offset_of(attributes: &[u8], numbers: &[u16]) -> Option<usize> {
    let (number, inner) = numbers.split_first()?;
    let mut at = 0;
    loop {
        let rest = attributes.get(at..)?;
        let (head, payload) = rest.split_first_chunk::<4>()?;
        let [len_low, len_high, kind_low, kind_high] = *head;
        let len = usize::from(u16::from_ne_bytes([len_low, len_high]));
        let kind = u16::from_ne_bytes([kind_low, kind_high]) & crate::attr::TYPE_MASK;
        if kind == *number {
            return match inner {
                [] => Some(at),
                inner => {
                    let payload = payload.get(..len.checked_sub(head.len())?)?;
                    Some(at + head.len() + offset_of(payload, inner)?)
                }
            };
        }
        at += align(len.max(head.len()));
    }
}

impl From<DecodeError> for Refused {
    fn from(error: DecodeError) -> Self {
        Self::new(Errno::EINVAL).message(error.to_string())
    }
}

impl From<EncodeError> for Refused {
    fn from(error: EncodeError) -> Self {
        Self::new(Errno::EINVAL).message(format!("the reply cannot be encoded: {error}"))
    }
}

/// Flags of the message that ends an answer.
pub(super) const fn end_flags(ext_ack: &[u8]) -> u16 {
    match ext_ack {
        [] => flags::CAPPED,
        _ => flags::CAPPED | flags::ACK_TLVS,
    }
}
