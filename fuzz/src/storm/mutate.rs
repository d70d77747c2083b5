//! Changes of messages, mostly such that attributes stay where they are.

use fastrand::Rng;

use super::seeds::Seeds;

/// The longest input.
const LONGEST: usize = 8192;

/// Numbers near limits: of lengths, headers, and 16 bits.
const NUMBERS: [u16; 16] = [
    0, 1, 2, 3, 4, 5, 7, 8, 12, 16, 20, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff,
];

/// Fills `input` with the seed `at`, changed in 1 to 8 ways.
pub(super) fn from(rng: &mut Rng, seeds: &Seeds, at: usize, input: &mut Vec<u8>) {
    input.clear();
    input.extend_from_slice(seeds.get(at));
    // Few changes leave most of a message readable.
    let changes = 1 + (rng.u32(..) & rng.u32(..) & 7);
    for _ in 0..changes {
        change(rng, seeds, input);
    }
    input.truncate(LONGEST);
}

fn change(rng: &mut Rng, seeds: &Seeds, input: &mut Vec<u8>) {
    if input.is_empty() {
        input.extend_from_slice(&rng.u64(..).to_ne_bytes());
        return;
    }
    let len = input.len();
    match rng.u8(..16) {
        // A bit, a byte.
        0..=2 => input[rng.usize(..len)] ^= 1 << rng.u8(..8),
        3..=4 => input[rng.usize(..len)] = rng.u8(..),
        // A length or a type: half of an aligned word.
        5..=7 => half(rng, input, |rng, _| NUMBERS[rng.usize(..NUMBERS.len())]),
        8..=9 => half(rng, input, |rng, number| {
            number.wrapping_add(rng.u16(..9)).wrapping_sub(4)
        }),
        10 => half(rng, input, |_, number| number ^ 0x8000),
        // A number of another attribute.
        11 => half(rng, input, |rng, _| rng.u16(..64)),
        // An end.
        12 => input.truncate(rng.usize(..len)),
        // A part that is missing, or there twice.
        13 => {
            let (from, to) = part(rng, len);
            input.drain(from..to);
        }
        14 => {
            let ((from, to), at) = (part(rng, len), aligned(rng, len));
            input.extend_from_within(from..to);
            let copied = to - from;
            input[at..].rotate_right(copied);
        }
        // A part of another message.
        _ => {
            let other = seeds.any(rng);
            let other = seeds.get(other);
            let (from, to) = part(rng, other.len());
            let at = aligned(rng, len);
            input.extend_from_slice(&other[from..to]);
            input[at..].rotate_right(to - from);
        }
    }
}

/// Changes the 16 bits at an even place.
fn half(rng: &mut Rng, input: &mut [u8], new: impl FnOnce(&mut Rng, u16) -> u16) {
    let at = rng.usize(..input.len()) & !1;
    if let Some(bytes) = input.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
        *bytes = new(rng, u16::from_ne_bytes(*bytes)).to_ne_bytes();
    }
}

/// A place where an attribute may begin, or the end.
fn aligned(rng: &mut Rng, len: usize) -> usize {
    rng.usize(..=len) & !3
}

/// A part between two of these places, short more often than long.
fn part(rng: &mut Rng, len: usize) -> (usize, usize) {
    let from = aligned(rng, len);
    let most = (len - from).min(4 << rng.u8(..8));
    (from, from + aligned(rng, most))
}
