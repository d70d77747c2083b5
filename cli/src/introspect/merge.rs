//! Which policies describe one set of attributes.
//!
//! The kernel has a policy for each mode of an operation, and a spec a set for both. Policies of the same
//! operation belong together, and so do those of nests under the same attribute of such.

use std::collections::BTreeMap;

use crate::live::{Accepts, Family, Operation, Policy};

/// Policies by the class that they belong to, each class known by its first policy.
#[derive(Debug)]
pub(super) struct Classes<'f> {
    family: &'f Family,
    /// The class of each policy, or a step on the way to it.
    parents: BTreeMap<u32, u32>,
}

impl<'f> Classes<'f> {
    /// The classes of a family's policies.
    pub(super) fn of(family: &'f Family) -> Self {
        let mut classes = Self {
            family,
            parents: BTreeMap::new(),
        };
        for operation in &family.operations {
            if let [Some(doit), Some(dump)] = classes.policies(operation) {
                classes.join(doit, dump);
            }
        }
        classes
    }

    /// The policies of an operation's request and of its dump. Dumps that take no attributes share
    /// one that is empty, which makes them no relatives.
    pub(super) fn policies(&self, operation: &Operation) -> [Option<u32>; 2] {
        let known = |policy: &u32| self.family.policies.contains_key(policy);
        [operation.doit.filter(known), operation.dump.filter(known)]
    }

    /// Whether a class describes what is inside an attribute.
    pub(super) fn is_nest(&self, class: u32) -> bool {
        let mut accepted = self.family.policies.values().flat_map(Policy::values);
        accepted.any(|one| one.nested.is_some_and(|inner| self.class(inner) == class))
    }

    /// The class of a policy.
    pub(super) fn class(&self, policy: u32) -> u32 {
        let mut at = policy;
        // Each step leads to a smaller number.
        while let Some(next) = self.parents.get(&at).filter(|next| **next < at) {
            at = *next;
        }
        at
    }

    /// The policies of a class.
    pub(super) fn members(&self, class: u32) -> impl Iterator<Item = &'f Policy> + '_ {
        let policies = self.family.policies.iter();
        policies
            .filter(move |(index, _)| self.class(**index) == class)
            .map(|(_, policy)| policy)
    }

    /// What the policies of a class accept, by the attributes' numbers: of each attribute, what every
    /// policy that has it says.
    pub(super) fn attributes(&self, class: u32) -> BTreeMap<u16, Vec<&'f Accepts>> {
        let mut all: BTreeMap<u16, Vec<&Accepts>> = BTreeMap::new();
        for (number, accepts) in self.members(class).flatten() {
            all.entry(*number).or_default().push(accepts);
        }
        all
    }

    fn join(&mut self, left: u32, right: u32) {
        let mut open = vec![(left, right)];
        while let Some((left, right)) = open.pop() {
            let (left, right) = (self.class(left), self.class(right));
            if left == right {
                continue;
            }
            self.parents.insert(left.max(right), left.min(right));
            for (_, accepted) in self.attributes(left.min(right)) {
                let nested: Vec<u32> = accepted.iter().filter_map(|one| one.nested).collect();
                open.extend(nested.windows(2).filter_map(|pair| match pair {
                    [one, other] => Some((*one, *other)),
                    _ => None,
                }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nlgen_runtime::nlctrl::{AttrType, OpFlags};

    fn nest(nested: u32) -> Accepts {
        Accepts {
            kind: AttrType::Nested,
            range: None,
            mask: None,
            min_len: None,
            max_len: None,
            nested: Some(nested),
        }
    }

    /// Two operations, of which the second's dump takes nothing, as the first's; nests in themselves.
    #[test]
    fn policies_of_one_operation_and_their_nests_belong_together() {
        let operation = |command, doit, dump| Operation {
            command,
            flags: OpFlags::empty(),
            doit: Some(doit),
            dump: Some(dump),
        };
        let family = Family {
            operations: vec![operation(1, 0, 2), operation(2, 4, 5), operation(3, 6, 5)],
            policies: [
                (0, [(1, nest(1))].into()),
                (1, [(1, nest(1)), (2, nest(0))].into()),
                (2, [(1, nest(3)), (9, nest(2))].into()),
                (3, [(1, nest(3))].into()),
                (4, [(1, nest(1))].into()),
                (6, [(1, nest(6))].into()),
            ]
            .into(),
            ..Family::default()
        };
        let classes = Classes::of(&family);
        let found: Vec<u32> = (0..7).map(|policy| classes.class(policy)).collect();
        assert_eq!(found, [0, 1, 0, 1, 4, 5, 6]);
        let numbers: Vec<u16> = classes.attributes(0).into_keys().collect();
        assert_eq!(numbers, [1, 9]);
        assert!(classes.is_nest(1) && classes.is_nest(0) && !classes.is_nest(4));
    }
}
