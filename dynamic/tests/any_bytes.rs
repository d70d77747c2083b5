//! No bytes make decoding or explaining panic, and what is decoded is encoded to the same again.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod hostile;

use proptest::prelude::*;

/// A seed with some bytes changed, cut somewhere, with its headers or without.
fn changed() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((0usize..400, any::<u8>()), 0..6);
    (0usize..2, changes, 0usize..800, any::<bool>()).prop_map(|(seed, changes, cut, headers)| {
        let mut bytes = hostile::seeds().swap_remove(seed);
        for (at, value) in changes {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        bytes.truncate(cut);
        if !headers {
            // 16 bytes of the message's header, 4 of the command's.
            bytes.drain(..bytes.len().min(if seed == 0 { 20 } else { 16 }));
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn changes(bytes in changed()) {
        hostile::check(&bytes);
    }

    #[test]
    fn noise(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        hostile::check(&bytes);
    }
}

/// Nests in nests as deep as an attribute's length allows: the set `tree` holds itself under the number 2,
/// and other numbers are not known.
#[test]
fn depth_is_bounded() {
    for nest in [2u16, 0x8009] {
        let wrap = |kind: u16, inner: &[u8]| {
            let len = inner.len() as u16 + 4;
            [&len.to_ne_bytes(), &kind.to_ne_bytes(), inner].concat()
        };
        let mut bytes = Vec::new();
        while bytes.len() < 65_000 {
            bytes = wrap(nest, &bytes);
        }
        hostile::check(&wrap(7, &bytes));
    }
}
