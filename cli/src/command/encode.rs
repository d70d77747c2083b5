//! `nlgen encode`: JSON to the bytes of a request.

use nlgen_dynamic::{EncodeOptions, Family, Mode};
use nlgen_runtime::MessageHeader;

use crate::catalog::Catalog;
use crate::failure::Failure;
use crate::output::Output;
use crate::request;

/// Print the message of a request, in hexadecimal
///
/// The message is all of the request: keys and other secrets are in it.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    of: request::Target,
    /// A request for a dump
    #[arg(long)]
    dump: bool,
    #[command(flatten)]
    flags: request::Flags,
    /// The family's id, which the kernel hands out (nlmsg_type); nlgen list tells it
    #[arg(long, value_name = "N", default_value_t = 32)]
    id: u16,
    /// The sequence number (nlmsg_seq)
    #[arg(long, value_name = "N", default_value_t = 1)]
    seq: u32,
    /// Without the headers: only the fixed header, if there is one, and the attributes
    #[arg(long)]
    body: bool,
    /// Show keys and other secrets, where the request is quoted
    #[arg(long)]
    secrets: bool,
    /// Encode also what the spec does not allow for this operation
    #[arg(long)]
    force: bool,
}

impl Args {
    /// Encodes.
    ///
    /// # Errors
    /// What is wrong with the request, and where.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let family = Family::new(Catalog::from_env().load(&self.of.family)?);
        let operation = family.operation(&self.of.operation)?;
        let mode = if self.dump { Mode::Dump } else { Mode::Do };
        let value = self.of.value(&family, self.secrets)?;
        let options = EncodeOptions { force: self.force };
        let header = MessageHeader {
            kind: self.id,
            flags: self.flags.bits(),
            seq: self.seq,
            ..MessageHeader::default()
        };
        let bytes = match self.body {
            true => operation.encode(mode, &value, options)?,
            false => operation.message(mode, header, &value, options)?,
        };
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        out.bytes(format!("{digits}\n").as_bytes())
    }
}
