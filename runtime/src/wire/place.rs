//! Where C puts the members of a struct.

/// Where the members of a struct lie, counted at compile time as C counts: each at a multiple of its
/// alignment, the whole padded to a multiple of the greatest. The derive for structs uses it.
///
/// ```
/// use nlgen_runtime::wire::Place;
/// // struct { __u8 kind; __be16 port; __u64 count; }
/// const KIND: Place = Place::START.then(0, 1, 1);
/// const PORT: Place = KIND.then(0, 2, 2);
/// const COUNT: Place = PORT.then(0, 8, 8);
/// assert_eq!((KIND.offset(), PORT.offset(), COUNT.offset()), (0, 2, 8));
/// assert_eq!((COUNT.padding(), COUNT.struct_len(0)), (4, 16));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Place {
    before: usize,
    offset: usize,
    len: usize,
    align: usize,
}

impl Place {
    /// The beginning of a struct.
    pub const START: Self = Self {
        before: 0,
        offset: 0,
        len: 0,
        align: 1,
    };

    /// The next member: `len` bytes, aligned to `align`, after `pad` bytes that C does not add itself.
    #[must_use]
    pub const fn then(self, pad: usize, len: usize, align: usize) -> Self {
        let before = self.end();
        Self {
            before,
            offset: (before + pad).next_multiple_of(align),
            len,
            align: if align > self.align {
                align
            } else {
                self.align
            },
        }
    }

    /// Where the member begins, in bytes from the struct's beginning.
    #[must_use]
    pub const fn offset(self) -> usize {
        self.offset
    }

    /// Where the member ends.
    #[must_use]
    pub const fn end(self) -> usize {
        self.offset + self.len
    }

    /// How many bytes of padding lie before the member.
    #[must_use]
    pub const fn padding(self) -> usize {
        self.offset - self.before
    }

    /// The alignment of a struct whose last member this is.
    #[must_use]
    pub const fn struct_align(self) -> usize {
        self.align
    }

    /// The length of a struct whose last member this is, with `pad` bytes that C does not add itself.
    #[must_use]
    pub const fn struct_len(self, pad: usize) -> usize {
        (self.end() + pad).next_multiple_of(self.align)
    }
}
