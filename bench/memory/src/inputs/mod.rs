//! The bytes that are decoded.

mod kernel;
mod made;

use std::fs;
use std::path::Path;

use nlgen_runtime::wire::CommandHeader;
use nlgen_runtime::{Message, MessageHeader};

/// Messages with their headers, one behind the other as they come in a datagram.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Inputs {
    /// A reply of `nlctrl`: ethtool, its operations and groups.
    pub(crate) family: Vec<u8>,
    /// Three messages of a dump of `wireguard`: a device with 300 peers.
    pub(crate) device: Vec<u8>,
    /// A reply of `ethtool`: tables of strings.
    pub(crate) strset: Vec<u8>,
    /// A reply of `ethtool`: the features of a device, their bits by name.
    pub(crate) features: Vec<u8>,
    /// 1,000 messages of a dump of `netdev`.
    pub(crate) dump: Vec<u8>,
}

impl Inputs {
    /// Made by our own encoder, like those of a kernel: the same bytes on every machine.
    pub(crate) fn made() -> Self {
        made::inputs()
    }

    /// What the running kernel answers in this network namespace, which has 1,000 devices; but for the WireGuard
    /// device, whose bytes are made.
    pub(crate) fn of_kernel() -> Result<Self, String> {
        kernel::inputs().map_err(|error| error.to_string())
    }

    /// Writes a file for each.
    pub(crate) fn save(&self, folder: &Path) -> Result<(), String> {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut own = self.clone();
        for (name, bytes) in own.files() {
            let path = folder.join(name);
            fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(())
    }

    /// Reads them again.
    pub(crate) fn load(folder: &Path) -> Result<Self, String> {
        let mut inputs = Self::default();
        for (name, bytes) in inputs.files() {
            let path = folder.join(name);
            *bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(inputs)
    }

    fn files(&mut self) -> [(&'static str, &mut Vec<u8>); 5] {
        [
            ("family", &mut self.family),
            ("device", &mut self.device),
            ("strset", &mut self.strset),
            ("features", &mut self.features),
            ("dump", &mut self.dump),
        ]
    }
}

/// Appends a message of these attributes.
fn append(out: &mut Vec<u8>, kind: u16, flags: u16, command: CommandHeader, attributes: &[u8]) {
    let payload = [&command.to_bytes(), attributes].concat();
    let header = MessageHeader {
        kind,
        flags,
        seq: 1,
        ..MessageHeader::default()
    };
    append_message(
        out,
        Message {
            header,
            payload: &payload,
        },
    );
}

/// Appends a message, its length filled in, and its padding.
fn append_message(out: &mut Vec<u8>, message: Message<'_>) {
    let header = MessageHeader {
        len: (MessageHeader::LEN + message.payload.len()) as u32,
        ..message.header
    };
    header.write(out);
    out.extend_from_slice(message.payload);
    out.resize(nlgen_runtime::wire::align(out.len()), 0);
}
