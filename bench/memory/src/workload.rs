//! The workloads, and who does them.

use std::hint::black_box;

use crate::device::Device;
use crate::inputs::Inputs;
use crate::{limit, nlgen, peers};

/// The subject that copies the bytes and does nothing else.
pub(crate) const MEMCPY: &str = "memcpy";

/// One way to do a workload.
pub(crate) struct Subject {
    /// Its name in records.
    pub(crate) name: &'static str,
    run: Run,
}

/// Does the work once. Writes into the buffer if the workload writes, and returns the sum of what it has read.
type Run = Box<dyn FnMut(&mut Vec<u8>) -> u64>;

impl Subject {
    /// Does the work once.
    #[inline]
    pub(crate) fn run(&mut self, out: &mut Vec<u8>) -> u64 {
        black_box((self.run)(black_box(out)))
    }

    pub(crate) fn new(name: &'static str, run: impl FnMut(&mut Vec<u8>) -> u64 + 'static) -> Self {
        Self {
            name,
            run: Box::new(run),
        }
    }

    /// Reads bytes, and fails where that fails.
    pub(crate) fn decoding<T: Outcome + 'static>(
        name: &'static str,
        bytes: &[u8],
        decode: fn(&[u8]) -> T,
    ) -> Self {
        let bytes = bytes.to_vec();
        Self::new(name, move |_| decode(black_box(&bytes)).sum(name))
    }

    /// Writes a message over what is in the buffer.
    pub(crate) fn writing(
        name: &'static str,
        mut write: impl FnMut(&mut Vec<u8>) + 'static,
    ) -> Self {
        Self::new(name, move |out| {
            write(out);
            out.len() as u64
        })
    }

    fn copying(bytes: &[u8]) -> Self {
        let bytes = bytes.to_vec();
        Self::new(MEMCPY, move |out| {
            out.clear();
            out.extend_from_slice(black_box(&bytes));
            0
        })
    }
}

/// What decoding gives: a sum, or none.
pub(crate) trait Outcome {
    fn sum(self, subject: &str) -> u64;
}

impl Outcome for Option<u64> {
    #[inline]
    fn sum(self, subject: &str) -> u64 {
        self.unwrap_or_else(|| panic!("{subject} cannot read the bytes"))
    }
}

impl<E: std::fmt::Display> Outcome for Result<u64, E> {
    #[inline]
    fn sum(self, subject: &str) -> u64 {
        self.unwrap_or_else(|error| panic!("{subject} cannot read the bytes: {error}"))
    }
}

/// A workload and all who do it, the limit first.
pub(crate) struct Workload {
    /// Its letter in records.
    pub(crate) name: &'static str,
    /// Who does it.
    pub(crate) subjects: Vec<Subject>,
    /// Whether it writes a message.
    pub(crate) writes: bool,
}

/// All of them.
pub(crate) fn workloads(inputs: &Inputs) -> Vec<Workload> {
    let Inputs {
        family,
        device,
        strset,
        features,
        dump,
    } = inputs;
    let reading = |name, bytes: &[u8], mut subjects: Vec<Subject>| {
        subjects.insert(1, Subject::copying(bytes));
        subjects.extend(peers::readers(name, inputs));
        Workload {
            name,
            subjects,
            writes: false,
        }
    };
    vec![
        reading(
            "A",
            family,
            vec![
                Subject::decoding("limit", family, limit::family),
                Subject::decoding("nlgen", family, nlgen::family),
            ],
        ),
        reading(
            "B",
            device,
            vec![
                Subject::decoding("limit", device, limit::device),
                Subject::decoding("nlgen", device, nlgen::device),
            ],
        ),
        Workload {
            name: "C",
            subjects: writers(),
            writes: true,
        },
        reading(
            "D",
            &[&strset[..], features].concat(),
            vec![
                both("limit", strset, features, limit::strset, limit::features),
                both("nlgen", strset, features, nlgen::strset, nlgen::features),
            ],
        ),
        reading(
            "E",
            dump,
            vec![
                Subject::decoding("limit", dump, limit::dump),
                Subject::decoding("nlgen", dump, nlgen::dump),
            ],
        ),
    ]
}

/// Reads the two replies of workload D.
pub(crate) fn both<T: Outcome + 'static>(
    name: &'static str,
    strset: &[u8],
    features: &[u8],
    decode_strset: fn(&[u8]) -> T,
    decode_features: fn(&[u8]) -> T,
) -> Subject {
    let (strset, features) = (strset.to_vec(), features.to_vec());
    Subject::new(name, move |_| {
        let strings = decode_strset(black_box(&strset)).sum(name);
        strings.wrapping_add(decode_features(black_box(&features)).sum(name))
    })
}

/// Those who write the request of workload C.
fn writers() -> Vec<Subject> {
    // What requests borrow from lives as long as the program.
    let device: &Device = Box::leak(Box::new(Device::with_peers()));
    let prepared: &nlgen::Prepared<'_> = Box::leak(Box::new(nlgen::Prepared::new(device)));
    let peers = Box::leak(prepared.peers().into_boxed_slice());
    let request = prepared.request(peers);
    let mut whole = Vec::new();
    limit::set_device(device, &mut whole);
    let mut subjects = vec![
        Subject::writing("limit", |out| limit::set_device(black_box(device), out)),
        Subject::copying(&whole),
        Subject::writing("nlgen", move |out| {
            nlgen::set_device(black_box(&request), out).expect("it can be written");
        }),
    ];
    subjects.extend(peers::writers(device));
    subjects
}
