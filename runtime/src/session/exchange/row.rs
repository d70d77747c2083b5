//! The sequence numbers of requests that are sent together.

/// Sequence numbers that follow one another. After the greatest comes 1: 0 is never used, since
/// notifications of the kernel carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    first: u32,
    count: usize,
}

/// How many sequence numbers there are.
const NUMBERS: u64 = u32::MAX as u64;

impl Row {
    /// One number, the one after `seq`.
    pub(crate) fn after(seq: u32) -> Self {
        Self {
            first: seq.checked_add(1).unwrap_or(1),
            count: 1,
        }
    }

    /// The row that begins with the same number and has `count`.
    pub(crate) fn of(self, count: usize) -> Self {
        Self { count, ..self }
    }

    /// The number at a position, counted from 0.
    pub(crate) fn seq(&self, position: usize) -> u32 {
        let number = (u64::from(self.first) - 1 + position as u64) % NUMBERS + 1;
        // Below the modulus, so it fits.
        u32::try_from(number).unwrap_or(self.first)
    }

    /// The number that is used last; without numbers, the one before the row.
    pub(crate) fn last(&self) -> u32 {
        match self.count.checked_sub(1) {
            Some(position) => self.seq(position),
            None => self.first - 1,
        }
    }

    /// The position of a number, when it is in the row.
    pub(crate) fn position(&self, seq: u32) -> Option<usize> {
        let seq = u64::from(seq.checked_sub(1)?);
        let position = (seq + NUMBERS - (u64::from(self.first) - 1)) % NUMBERS;
        let position = usize::try_from(position).ok()?;
        (position < self.count).then_some(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_positions_also_where_they_begin_anew() {
        for (before, count, first, last) in [
            (0, 3, 1, 3),
            (7, 1, 8, 8),
            (u32::MAX - 2, 4, u32::MAX - 1, 2),
            (u32::MAX, 2, 1, 2),
            (u32::MAX - 1, 1, u32::MAX, u32::MAX),
            (7, 0, 8, 7),
        ] {
            let row = Row::after(before).of(count);
            assert_eq!((row.seq(0), row.last()), (first, last), "{row:?}");
            for position in 0..count {
                let seq = row.seq(position);
                assert_ne!(seq, 0);
                assert_eq!(row.position(seq), Some(position), "{row:?}");
            }
            for other in [0, before, Row::after(row.last()).seq(0)] {
                assert_eq!(row.position(other), None, "{row:?} {other}");
            }
        }
    }
}
