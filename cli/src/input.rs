//! What is read whole: files and standard input, which may have no end.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::failure::Failure;

/// The longest text that is read: of a request, of messages in hexadecimal, of a header.
const LONGEST: u64 = 64 << 20;

/// The bytes of a file, or of standard input for `-`.
///
/// # Errors
/// When it cannot be read, or is longer than any that makes sense.
pub(crate) fn text(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = match path.as_os_str() == "-" {
        true => whole(io::stdin().lock()),
        false => File::open(path).and_then(whole),
    };
    read.map_err(|source| Failure::File {
        doing: "reading",
        path: match path.as_os_str() == "-" {
            true => "standard input".into(),
            false => path.to_owned(),
        },
        source,
    })
}

fn whole(input: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let len = input.take(LONGEST + 1).read_to_end(&mut bytes)?;
    match u64::try_from(len) {
        Ok(..=LONGEST) => Ok(bytes),
        _ => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it is longer than 64 MiB",
        )),
    }
}
