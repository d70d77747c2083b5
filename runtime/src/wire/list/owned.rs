//! Lists that own their entries, for derived structs.

use std::marker::PhantomData;

use super::{Cursor, Gather, Indexed, Key, Keyed, Multi, Scatter, cursor::Walk};
use crate::wire::attr::{Attr, DecodeAs, EncodeAs, Encoder, NESTED, Natural};
use crate::wire::decode_error::DecodeError;

impl<'a, T, F: DecodeAs<'a, T>> Gather<'a, Multi<F>> for Vec<T> {
    #[inline]
    fn gather(&mut self, attr: &Attr<'a>) -> Result<(), DecodeError> {
        let item = F::read(attr).map_err(|error| self.len().locate(error))?;
        self.push(item);
        Ok(())
    }
}

impl<T, F: EncodeAs<T>> Scatter<Multi<F>> for Vec<T> {
    fn scatter(&self, kind: u16, out: &mut Encoder<'_>) {
        self.iter().for_each(|item| F::put(kind, item, out));
    }
}

impl<'a, T, F: DecodeAs<'a, T>> Gather<'a, Indexed<F>> for Vec<T> {
    #[inline]
    fn gather(&mut self, attr: &Attr<'a>) -> Result<(), DecodeError> {
        *self = Indexed::<F>::read(attr)?;
        Ok(())
    }
}

impl<T, F: EncodeAs<T>> Scatter<Indexed<F>> for Vec<T> {
    #[inline]
    fn scatter(&self, kind: u16, out: &mut Encoder<'_>) {
        if !self.is_empty() {
            Indexed::<F>::put(kind, self, out);
        }
    }
}

/// An array as one value: an entry of a repeated attribute.
impl<'a, T, F: DecodeAs<'a, T>> DecodeAs<'a, Vec<T>> for Indexed<F> {
    fn read(attr: &Attr<'a>) -> Result<Vec<T>, DecodeError> {
        let mut attrs = attr.nested();
        let mut items = Vec::new();
        while let Some(entry) = attrs.next_attr()? {
            let item = F::read(&entry).map_err(|error| entry.kind().locate(error))?;
            items.push(item);
        }
        Ok(items)
    }
}

impl<T, F: EncodeAs<T>> EncodeAs<Vec<T>> for Indexed<F> {
    const FLAGS: u16 = NESTED;

    fn append(items: &Vec<T>, out: &mut Encoder<'_>) {
        for (place, item) in items.iter().enumerate() {
            u16::of_place(place).put::<F, T>(item, out);
        }
    }
}

/// An [`Indexed`] list that owns its entries together with their indices: `Vec<(u16, T)>`.
#[derive(Clone, Copy, Debug)]
pub struct WithIndex<F = Natural>(PhantomData<F>);

/// An array with its indices, as one value.
impl<'a, T, F: DecodeAs<'a, T>> DecodeAs<'a, Vec<(u16, T)>> for WithIndex<F> {
    fn read(attr: &Attr<'a>) -> Result<Vec<(u16, T)>, DecodeError> {
        let mut attrs = attr.nested();
        let mut items = Vec::new();
        while let Some(entry) = attrs.next_attr()? {
            let index = entry.kind();
            let item = F::read(&entry).map_err(|error| index.locate(error))?;
            items.push((index, item));
        }
        Ok(items)
    }
}

impl<T, F: EncodeAs<T>> EncodeAs<Vec<(u16, T)>> for WithIndex<F> {
    const FLAGS: u16 = NESTED;

    fn append(items: &Vec<(u16, T)>, out: &mut Encoder<'_>) {
        for (index, item) in items {
            index.put::<F, T>(item, out);
        }
    }
}

impl<'a, T, F: DecodeAs<'a, T>> Gather<'a, WithIndex<F>> for Vec<(u16, T)> {
    #[inline]
    fn gather(&mut self, attr: &Attr<'a>) -> Result<(), DecodeError> {
        *self = WithIndex::<F>::read(attr)?;
        Ok(())
    }
}

impl<T, F: EncodeAs<T>> Scatter<WithIndex<F>> for Vec<(u16, T)> {
    #[inline]
    fn scatter(&self, kind: u16, out: &mut Encoder<'_>) {
        if !self.is_empty() {
            WithIndex::<F>::put(kind, self, out);
        }
    }
}

/// Entries with their keys.
macro_rules! keyed {
    ($([$($generics:tt)*] $key:ty, $shape:ty, $cursor:ty;)*) => {$(
        impl<'a, T, F: DecodeAs<'a, T>, $($generics)*> Gather<'a, $shape> for Vec<($key, T)> {
            fn gather(&mut self, attr: &Attr<'a>) -> Result<(), DecodeError> {
                self.clear();
                let mut walk: $cursor = Walk::<$key>::start(attr.payload(), 0, None);
                while let Some(entry) = Walk::<$key>::step(&mut walk)? {
                    let key = Walk::<$key>::key(&walk, &entry, self.len());
                    let item = F::read(&entry.under(attr)).map_err(|error| key.locate(error))?;
                    self.push((key, item));
                }
                Ok(())
            }
        }

        impl<T, F: EncodeAs<T>, $($generics)*> Scatter<$shape> for Vec<($key, T)> {
            fn scatter(&self, kind: u16, out: &mut Encoder<'_>) {
                if self.is_empty() {
                    return;
                }
                out.nest(kind, |out| {
                    for (key, item) in self {
                        key.put::<F, T>(item, out);
                    }
                });
            }
        }
    )*};
}

keyed! {
    [const N: usize] [u16; N], Keyed<N, F>, Cursor<'a, N>;
}
