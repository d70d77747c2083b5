//! A family as nlctrl describes it: operations, groups, and the policies of its requests.

use std::collections::{BTreeMap, VecDeque};

use nlgen_runtime::nlctrl::{
    AttrType, Getfamily, GetfamilyDump, GetfamilyReply, GetpolicyDump, OpFlags, OpPolicyAttrs,
    PolicyAttrs,
};
use nlgen_runtime::{Connection, Error};

/// A generic netlink family of the running kernel.
#[derive(Clone, Debug, Default)]
pub(crate) struct Family {
    /// Its name.
    pub(crate) name: String,
    /// The version of its interface.
    pub(crate) version: u32,
    /// Bytes of the header between `struct genlmsghdr` and the attributes.
    pub(crate) header_len: u32,
    /// The greatest attribute number of the policy that its operations share (`CTRL_ATTR_MAXATTR`); 0 when
    /// every operation has a policy of its own.
    pub(crate) max_attribute: u32,
    /// Its operations, in the kernel's order.
    pub(crate) operations: Vec<Operation>,
    /// The names of its multicast groups.
    pub(crate) groups: Vec<String>,
    /// What requests may contain, by the number that operations and nests refer to.
    pub(crate) policies: BTreeMap<u32, Policy>,
}

/// An operation of a family.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// Its command.
    pub(crate) command: u32,
    /// What it can do, and who may ask.
    pub(crate) flags: OpFlags,
    /// The policy of the request for one object, when there is one.
    pub(crate) doit: Option<u32>,
    /// The policy of the request for a dump, when there is one.
    pub(crate) dump: Option<u32>,
}

/// What one level of attributes may contain, by the attributes' numbers.
pub(crate) type Policy = BTreeMap<u16, Accepts>;

/// What the kernel accepts as one attribute.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Accepts {
    /// The type of the payload.
    pub(crate) kind: AttrType,
    /// The least and the greatest value of an integer.
    pub(crate) range: Option<(i128, i128)>,
    /// The bits that may be set, of an integer or a bitfield.
    pub(crate) mask: Option<u64>,
    /// The fewest bytes.
    pub(crate) min_len: Option<u32>,
    /// The most bytes. Of text that ends with a NUL, without the NUL.
    pub(crate) max_len: Option<u32>,
    /// The policy of the attributes inside.
    pub(crate) nested: Option<u32>,
}

impl Family {
    /// The names of all families that the kernel shows to this network namespace, in the order of their
    /// numbers.
    ///
    /// # Errors
    /// When the kernel does not answer.
    pub(crate) fn names(conn: &mut Connection) -> Result<Vec<String>, Error> {
        let answer = conn.dump(&GetfamilyDump::default())?;
        let mut names = BTreeMap::new();
        for family in &answer {
            let family = family?;
            let name = family.family_name.unwrap_or_default().to_string();
            names.insert(family.family_id.unwrap_or_default(), name);
        }
        Ok(names.into_values().collect())
    }

    /// Asks the kernel for a family; `None` when it has none of that name.
    ///
    /// # Errors
    /// When the kernel does not answer, or not as its own spec says.
    pub(crate) fn ask(conn: &mut Connection, name: &str) -> Result<Option<Self>, Error> {
        let request = Getfamily::default().family_name(name);
        let mut family = match conn.call(&request) {
            Ok(reply) => Self::of(&reply)?,
            Err(error) if refused_with(&error, &["ENOENT"]) => return Ok(None),
            Err(error) => return Err(error),
        };
        match family.ask_policies(conn) {
            // What kernels say of families without any policy.
            Err(error) if refused_with(&error, &["ENODATA", "EOPNOTSUPP"]) => {}
            other => other?,
        }
        Ok(Some(family))
    }

    fn of(reply: &GetfamilyReply<'_>) -> Result<Self, Error> {
        let mut family = Self {
            name: reply.family_name.unwrap_or_default().to_string(),
            version: reply.version.unwrap_or_default(),
            header_len: reply.hdrsize.unwrap_or_default(),
            max_attribute: reply.maxattr.unwrap_or_default(),
            ..Self::default()
        };
        for operation in reply.ops {
            let operation = operation?;
            family.operations.push(Operation {
                command: operation.id.unwrap_or_default(),
                flags: operation.flags.unwrap_or_default(),
                doit: None,
                dump: None,
            });
        }
        for group in reply.mcast_groups {
            family
                .groups
                .push(group?.name.unwrap_or_default().to_string());
        }
        Ok(family)
    }

    fn ask_policies(&mut self, conn: &mut Connection) -> Result<(), Error> {
        let name = self.name.clone();
        let answer = conn.dump(&GetpolicyDump::default().family_name(&*name))?;
        let mut of_operations = Vec::new();
        for message in &answer {
            let message = message?;
            for entry in message.op_policy.entries() {
                let ([command], policies) = entry?;
                of_operations.push((u32::from(command), policies));
            }
            for entry in message.policy.entries() {
                let ([policy, attribute], accepts) = entry?;
                let policy = self.policies.entry(policy.into()).or_default();
                policy.insert(attribute, Accepts::of(&accepts));
            }
        }
        self.assign(&of_operations);
        Ok(())
    }

    /// Gives operations their policies.
    ///
    /// Linux 6.13 and later report operations that can only be dumped under the number 0, but in the
    /// order in which the family lists its operations. Some families have an operation 0 as well: its
    /// policy is the one under that number that is for a `do`.
    fn assign(&mut self, policies: &[(u32, OpPolicyAttrs)]) {
        let is_zeros = |own: &OpPolicyAttrs| own.r#do.is_some();
        let zero = policies
            .iter()
            .find(|(command, own)| *command == 0 && is_zeros(own));
        let mut unnumbered: VecDeque<&OpPolicyAttrs> = policies
            .iter()
            .filter(|(command, own)| *command == 0 && !is_zeros(own))
            .map(|(_, own)| own)
            .collect();
        for operation in &mut self.operations {
            let numbered = match operation.command {
                0 => zero,
                command => policies.iter().find(|(known, _)| *known == command),
            };
            let has_policy = operation.flags.contains(OpFlags::CMD_CAP_HASPOL);
            let only_dump = !operation.flags.contains(OpFlags::CMD_CAP_DO);
            let own = match numbered {
                Some((_, own)) => Some(own),
                None if has_policy && (only_dump || operation.command == 0) => {
                    unnumbered.pop_front()
                }
                None => None,
            };
            if let Some(own) = own {
                operation.doit = own.r#do;
                operation.dump = own.dump;
            }
        }
    }
}

fn refused_with(error: &Error, names: &[&str]) -> bool {
    let Error::Kernel(refusal) = error else {
        return false;
    };
    refusal
        .errno()
        .name()
        .is_some_and(|name| names.contains(&name))
}

impl Accepts {
    /// The type as specs call it. What the kernel does not tell, or by a number that is not known yet, is
    /// bytes.
    pub(crate) fn type_name(&self) -> &'static str {
        match self.kind {
            AttrType::Flag => "flag",
            AttrType::U8 => "u8",
            AttrType::U16 => "u16",
            AttrType::U32 => "u32",
            AttrType::U64 => "u64",
            AttrType::S8 => "s8",
            AttrType::S16 => "s16",
            AttrType::S32 => "s32",
            AttrType::S64 => "s64",
            AttrType::Uint => "uint",
            AttrType::Sint => "sint",
            AttrType::String | AttrType::NulString => "string",
            AttrType::Nested => "nest",
            AttrType::NestedArray => "indexed-array",
            AttrType::Bitfield32 => "bitfield32",
            _ => "binary",
        }
    }

    fn of(attrs: &PolicyAttrs) -> Self {
        let unsigned = attrs.min_value_u.zip(attrs.max_value_u);
        let signed = attrs.min_value_s.zip(attrs.max_value_s);
        let unsigned = unsigned.map(|(min, max)| (min.into(), max.into()));
        let mask = attrs.mask.or(attrs.bitfield32_mask.map(u64::from));
        Self {
            kind: attrs.r#type.unwrap_or(AttrType::Invalid),
            range: unsigned.or(signed.map(|(min, max)| (min.into(), max.into()))),
            mask,
            min_len: attrs.min_length,
            max_len: attrs.max_length,
            nested: attrs.policy_idx,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A command, what it can do, and the policies of its `do` and its `dump`.
    type Expected = (u32, OpFlags, [Option<u32>; 2]);

    /// Assigns policies, by the numbers that the kernel reports them under, to operations without any.
    fn assert_assigned(reported: &[(u32, [Option<u32>; 2])], expected: &[Expected]) {
        let operations = expected.iter().map(|(command, flags, _)| Operation {
            command: *command,
            flags: *flags | OpFlags::CMD_CAP_HASPOL,
            doit: None,
            dump: None,
        });
        let mut family = Family {
            operations: operations.collect(),
            ..Family::default()
        };
        let reported = reported.iter().map(|(number, [doit, dump])| {
            let own = OpPolicyAttrs {
                r#do: *doit,
                dump: *dump,
            };
            (*number, own)
        });
        family.assign(&reported.collect::<Vec<_>>());
        for (operation, (command, _, policies)) in family.operations.iter().zip(expected) {
            assert_eq!([operation.doit, operation.dump], *policies, "{command}");
        }
    }

    const DO: OpFlags = OpFlags::CMD_CAP_DO;
    const DUMP: OpFlags = OpFlags::CMD_CAP_DUMP;

    #[test]
    fn operations_that_can_only_be_dumped_get_the_policies_under_number_0_in_order() {
        assert_assigned(
            &[
                (0, [None, Some(5)]),
                (1, [Some(0), Some(1)]),
                (0, [None, Some(6)]),
            ],
            &[
                (3, DUMP, [None, Some(5)]),
                (1, DO | DUMP, [Some(0), Some(1)]),
                (2, DUMP, [None, Some(6)]),
            ],
        );
    }

    /// As gtp, l2tp and team have one: its policy was lost.
    #[test]
    fn an_operation_0_with_a_do_gets_its_own_policy() {
        assert_assigned(
            &[(0, [Some(4), None]), (1, [Some(4), Some(5)])],
            &[(0, DO, [Some(4), None]), (1, DO | DUMP, [Some(4), Some(5)])],
        );
        // Among those of operations that can only be dumped, wherever it is listed.
        assert_assigned(
            &[
                (0, [None, Some(7)]),
                (0, [Some(1), Some(2)]),
                (0, [None, Some(8)]),
            ],
            &[
                (5, DUMP, [None, Some(7)]),
                (0, DO | DUMP, [Some(1), Some(2)]),
                (6, DUMP, [None, Some(8)]),
            ],
        );
    }

    /// As macsec has one: a dump, or a `do` that takes anything.
    #[test]
    fn an_operation_0_without_a_policy_for_a_do_is_one_of_the_others() {
        assert_assigned(
            &[(0, [None, Some(1)]), (0, [None, Some(2)])],
            &[(0, DUMP, [None, Some(1)]), (4, DUMP, [None, Some(2)])],
        );
        assert_assigned(
            &[(0, [None, Some(1)]), (4, [None, Some(2)])],
            &[(0, DO | DUMP, [None, Some(1)]), (4, DUMP, [None, Some(2)])],
        );
    }
}
