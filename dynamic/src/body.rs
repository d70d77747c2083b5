//! What stands behind the headers of a message: the fixed header and the attributes.

use nlgen::model::{self, Attribute, Family, MessageId, Set, Struct};
use serde_json::Value;

use crate::Problem;
use crate::decode::{self, DecodeOptions, Malformed};
use crate::encode::{self, EncodeOptions};
use crate::secret;

/// What a message carries: a fixed header, if the spec has one, and attributes of a set.
#[derive(Clone, Copy, Debug)]
pub struct Body<'f> {
    pub(crate) family: &'f Family,
    pub(crate) operation: &'f str,
    pub(crate) message: Option<&'f model::Message>,
}

impl<'f> Body<'f> {
    pub(crate) fn of(family: &'f Family, operation: &'f str, message: MessageId) -> Self {
        Self {
            family,
            operation,
            message: Some(family.message(message)),
        }
    }

    /// A message of which the spec says nothing.
    pub(crate) fn unknown(family: &'f Family, operation: &'f str) -> Self {
        Self {
            family,
            operation,
            message: None,
        }
    }

    /// The struct before the attributes.
    #[must_use]
    pub fn header(&self) -> Option<&'f Struct> {
        let (header, _) = self.message?.header.as_ref()?;
        Some(self.family.structure(*header))
    }

    /// The set of the attributes; `None` for an event that carries none.
    #[must_use]
    pub fn set(&self) -> Option<&'f Set> {
        Some(self.family.set(self.message?.set))
    }

    /// The attributes of the set that the spec lists for this message.
    pub fn attributes(&self) -> impl Iterator<Item = &'f Attribute> + use<'f> {
        let family = self.family;
        self.message
            .into_iter()
            .flat_map(move |message| family.fields(message))
    }

    /// The bytes of a JSON object, as [`Operation::encode`](crate::Operation::encode) does it.
    ///
    /// # Errors
    /// What the message does not take, with its place in the JSON.
    pub fn encode(&self, value: &Value, options: EncodeOptions) -> Result<Vec<u8>, Problem> {
        encode::body(self, value, options)
    }

    /// The JSON of this message with `"<secret>"` in place of what the spec marks as secret: what may be shown of
    /// a request.
    ///
    /// ```
    /// # let spec = "
    /// # name: safe
    /// # attribute-sets:
    /// #   - name: safe
    /// #     attributes: [ { name: id, type: u32 }, { name: key, type: binary, secret: true } ]
    /// # operations: { list: [ { name: open, attribute-set: safe, do: { request: { attributes: [ id, key ] } } } ] }
    /// # ";
    /// # let family = nlgen_dynamic::Family::new(nlgen::load(nlgen::span::Source::new("safe.yaml", spec))?);
    /// use serde_json::json;
    /// let body = family.operation("open")?.request(nlgen_dynamic::Mode::Do)?;
    /// let request = json!({ "id": 1, "key": "0123" });
    /// assert_eq!(body.without_secrets(&request), json!({ "id": 1, "key": "<secret>" }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn without_secrets(&self, value: &Value) -> Value {
        let set = self.set();
        secret::masked(self.family, set.as_slice(), value)
    }

    /// The same of what is behind bytes that may hold a secret.
    pub(crate) fn decode_behind(
        &self,
        bytes: &[u8],
        options: DecodeOptions,
    ) -> Result<Value, Malformed> {
        decode::body(self, bytes, options, true)
    }

    /// The JSON object of bytes.
    ///
    /// # Errors
    /// When bytes are malformed: what is wrong with them, and what could be read.
    pub fn decode(&self, bytes: &[u8], options: DecodeOptions) -> Result<Value, Malformed> {
        decode::body(self, bytes, options, false)
    }
}
