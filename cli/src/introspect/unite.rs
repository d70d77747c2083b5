//! Sets that have their names from one enum become one set.

use std::collections::BTreeMap;

use super::skeleton::{Attribute, NOT_ALIKE, NOT_EVERYWHERE, Set, Skeleton};

impl Skeleton {
    /// Puts sets together whose attributes were named by the same enum, unless one number has another
    /// type in one of them.
    pub(super) fn unite(&mut self) {
        let nests = self.nests();
        // Where each set went; a set may only go to one before it.
        let mut went: BTreeMap<usize, usize> = BTreeMap::new();
        while let Some((from, to)) = self.pair(&went) {
            went.insert(from, to);
            let is_nest = nests.contains(&from) || nests.contains(&to);
            self.put_together(from, to, is_nest);
        }
        self.leave_out(&went);
    }

    /// The places of the sets that are inside an attribute.
    fn nests(&self) -> Vec<usize> {
        let attributes = self.sets.iter().flat_map(|set| &set.attributes);
        attributes
            .filter_map(|attribute| attribute.nested)
            .collect()
    }

    /// Two sets that belong together and are still apart: the later one, and the first.
    fn pair(&self, went: &BTreeMap<usize, usize>) -> Option<(usize, usize)> {
        let apart = |place: &usize| !went.contains_key(place);
        let places = || (0..self.sets.len()).filter(apart);
        for to in places() {
            let Some(first) = self.sets.get(to) else {
                continue;
            };
            for from in places().filter(|from| *from > to) {
                let Some(other) = self.sets.get(from) else {
                    continue;
                };
                let named_alike = first.named_by.is_some() && first.named_by == other.named_by;
                if named_alike && self.fit(first, other) {
                    return Some((from, to));
                }
            }
        }
        None
    }

    /// Whether numbers that both have are of one type; nests of one enum.
    fn fit(&self, left: &Set, right: &Set) -> bool {
        let inside = |attribute: &Attribute| {
            let set = attribute.nested.and_then(|place| self.sets.get(place))?;
            Some(set.named_by.ok_or_else(|| set.name.clone()))
        };
        left.attributes.iter().all(|one| {
            let same = right
                .attributes
                .iter()
                .find(|other| other.number == one.number);
            same.is_none_or(|other| {
                other.accepts.kind == one.accepts.kind && inside(other) == inside(one)
            })
        })
    }

    fn put_together(&mut self, from: usize, to: usize, is_nest: bool) {
        let Some(source) = self.sets.get_mut(from) else {
            return;
        };
        let mut others = std::mem::take(&mut source.attributes);
        source.named_by = None;
        let Some(set) = self.sets.get_mut(to) else {
            return;
        };
        for known in &mut set.attributes {
            match others.iter().position(|other| other.number == known.number) {
                Some(at) => known.join(&others.remove(at)),
                None if is_nest => known.differs = known.differs.or(Some(NOT_EVERYWHERE)),
                None => {}
            }
        }
        for mut other in others {
            if is_nest {
                other.differs = other.differs.or(Some(NOT_EVERYWHERE));
            }
            set.attributes.push(other);
        }
        set.attributes.sort_by_key(|attribute| attribute.number);
    }

    /// Takes out the sets that went to others.
    fn leave_out(&mut self, went: &BTreeMap<usize, usize>) {
        let mut places = BTreeMap::new();
        let mut kept = Vec::new();
        for (place, set) in std::mem::take(&mut self.sets).into_iter().enumerate() {
            if !went.contains_key(&place) {
                places.insert(place, kept.len());
                kept.push(set);
            }
        }
        self.sets = kept;
        let now = |place: usize| {
            let mut place = place;
            while let Some(next) = went.get(&place) {
                place = *next;
            }
            places.get(&place).copied().unwrap_or_default()
        };
        for operation in &mut self.operations {
            operation.set = now(operation.set);
        }
        for attribute in self.sets.iter_mut().flat_map(|set| &mut set.attributes) {
            attribute.nested = attribute.nested.map(now);
        }
    }
}

impl Attribute {
    /// Takes over what another policy says of the same attribute.
    fn join(&mut self, other: &Self) {
        let mut theirs = other.accepts.clone();
        theirs.nested = self.accepts.nested;
        if theirs != self.accepts {
            self.accepts = self.accepts.without_limits();
            self.differs = Some(NOT_ALIKE);
        }
        self.differs = self.differs.or(other.differs);
    }
}
