//! What goes over a connection, drawn byte by byte as it goes.

use std::sync::{Arc, Mutex};

use nlgen_dynamic::{DecodeOptions, Reader};
use nlgen_runtime::{Connection, Direction};

use crate::failure::Failure;
use crate::output::{HEADING, report};
use crate::session::Session;

/// Draws each datagram of a connection on standard error from now on. The family's id is asked for before:
/// that it was is no part of the request.
pub(crate) fn start(
    conn: &mut Connection,
    session: &Session,
    secrets: bool,
) -> Result<(), Failure> {
    // The observer lives as long as the connection, and the command has only one.
    let family = Box::leak(Box::new(session.family.clone()));
    let mut reader = Reader::new();
    reader.add(family);
    if family.is_generic() {
        let id = conn.family_id(session.id);
        let id = id.map_err(|error| Failure::of_kernel(error, &session.family))?;
        reader.learn(id, family.name());
    }
    let protocol = session.id.protocol();
    let reader = Arc::new(Mutex::new(reader));
    conn.observe(move |direction, datagram| {
        let title = match direction {
            Direction::Sent => "sent",
            Direction::Received => "received",
        };
        let Ok(mut reader) = reader.lock() else {
            return;
        };
        let picture = reader.explain(
            protocol,
            datagram,
            DecodeOptions {
                secrets,
                ..DecodeOptions::default()
            },
        );
        report!(
            "{HEADING}{title}, {} bytes{HEADING:#}\n{picture}",
            datagram.len()
        );
    });
    Ok(())
}
