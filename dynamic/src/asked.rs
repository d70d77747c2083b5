//! What was asked and not ended yet, and which of it a message answers.

use std::collections::{BTreeMap, HashMap};

use nlgen_runtime::MessageHeader;

use crate::reader::GENERIC;
use crate::{Family, Mode, Operation};

/// What a request asks for.
pub(crate) type Asked<'f> = (Operation<'f>, Mode);

/// Whose request it is: netlink protocol, port id, sequence number. Each protocol has port ids of its own.
pub(crate) type Place = (u16, u32, u32);

/// Requests by their places. Remembering, forgetting and looking take the same time however many there are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Requests<'f> {
    all: HashMap<Place, (&'f Family, Asked<'f>)>,
    /// Those whose answers may lack the port id or the sequence number, by such an answer.
    lacking: HashMap<Answer<'f>, BySequence<'f>>,
}

/// The name of a generic netlink family, a command, and a place with zeros for what is lacking.
type Answer<'f> = (&'f str, u16, Place);

/// Requests by sequence number and port id: the last that was asked is the last of them.
type BySequence<'f> = BTreeMap<(u32, u32), (&'f Family, Asked<'f>)>;

impl<'f> Requests<'f> {
    /// Remembers a request.
    pub(crate) fn remember(&mut self, place: Place, family: &'f Family, asked: Asked<'f>) {
        self.forget(place);
        let (_, port_id, seq) = place;
        for key in lacking(place, family, asked) {
            let requests = self.lacking.entry(key).or_default();
            requests.insert((seq, port_id), (family, asked));
        }
        self.all.insert(place, (family, asked));
    }

    /// Forgets a request, which has ended.
    pub(crate) fn forget(&mut self, place: Place) {
        let Some((family, asked)) = self.all.remove(&place) else {
            return;
        };
        let (_, port_id, seq) = place;
        for key in lacking(place, family, asked) {
            let Some(requests) = self.lacking.get_mut(&key) else {
                continue;
            };
            requests.remove(&(seq, port_id));
            if requests.is_empty() {
                self.lacking.remove(&key);
            }
        }
    }

    /// The request that a message of a family answers by its header and command. Where its header lacks the port id
    /// or the sequence number, the last that may be answered so.
    pub(crate) fn answered(
        &self,
        family: &'f Family,
        protocol: u16,
        header: MessageHeader,
        command: u16,
    ) -> Option<(&'f Family, Asked<'f>)> {
        let place = (protocol, header.port_id, header.seq);
        if header.seq == 0 || header.port_id == 0 {
            let answer = (name(protocol, family), command, place);
            let (_, asked) = self.lacking.get(&answer)?.last_key_value()?;
            return Some(*asked);
        }
        // Many a request leaves it to the kernel to fill in the port id.
        let asked = self.all.get(&place);
        let asked = asked.or_else(|| self.all.get(&(protocol, 0, header.seq)));
        asked.copied().filter(|(asked_of, (operation, mode))| {
            name(protocol, asked_of) == name(protocol, family)
                && operation
                    .mode(*mode)
                    .is_ok_and(|parts| parts.reply_command == Some(command))
        })
    }
}

/// Where an answer to a request is looked for that lacks the port id, the sequence number or both, as its operation
/// has it: zero is what it lacks.
fn lacking<'f>(
    (protocol, port_id, seq): Place,
    family: &'f Family,
    (operation, mode): Asked<'f>,
) -> Vec<Answer<'f>> {
    let Ok(parts) = operation.mode(mode) else {
        return Vec::new();
    };
    let Some(command) = parts.reply_command else {
        return Vec::new();
    };
    let either = [
        (parts.lacks.port_id, (0, seq)),
        (parts.lacks.sequence, (port_id, 0)),
        (parts.lacks.port_id && parts.lacks.sequence, (0, 0)),
    ];
    let lacking = either.into_iter().filter(|(lacks, _)| *lacks);
    let name = name(protocol, family);
    let answer = |(_, (port_id, seq))| (name, command, (protocol, port_id, seq));
    lacking.map(answer).collect()
}

/// The type of a generic netlink message is its family. Elsewhere several specs share the types.
fn name(protocol: u16, family: &Family) -> &str {
    match protocol {
        GENERIC => family.name(),
        _ => "",
    }
}
