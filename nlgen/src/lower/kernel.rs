//! What the spec says for C alone.

use super::numbers::Numbers;
use super::{Lower, is_enum, is_struct};
use crate::model::kernel::{
    AttributeKeys, Command, CommandKind, Commands, Definition, DefinitionKeys, DontValidate,
    EnumName, FamilyKeys, GroupKeys, LimitWords, MemberKind, ModeKeys, OperationKeys, PolicyScope,
    Scope, SetKeys,
};
use crate::model::{EnumId, StructId};
use crate::span::At;
use crate::spec::{self, AttributeType, EnumModel, KernelPolicy, Limit, OpFlag, OrNull};

impl Lower<'_> {
    /// The keys of the family, once its operations are numbered.
    pub(super) fn family_keys(&self) -> FamilyKeys {
        let spec = self.spec;
        let kernel = spec.kernel_family.as_ref();
        let protocol = spec.protocol.as_ref().map(|protocol| protocol.value);
        FamilyKeys {
            policy: match spec.kernel_policy.as_ref().map(|policy| policy.value) {
                None | Some(KernelPolicy::Split) => PolicyScope::Split,
                Some(KernelPolicy::PerOp) => PolicyScope::PerOperation,
                Some(KernelPolicy::Global) => PolicyScope::Global,
            },
            registers: matches!(protocol, None | Some(spec::Protocol::Genetlink)),
            uapi_header: word(spec.uapi_header.as_ref()),
            family_name: word(spec.c_family_name.as_ref()),
            version_name: word(spec.c_version_name.as_ref()),
            max_by_define: is_true(spec.max_by_define.as_ref()),
            command_max: word(spec.cmd_max_name.as_ref()),
            command_count: word(spec.cmd_cnt_name.as_ref()),
            headers: kernel
                .iter()
                .flat_map(|kernel| &kernel.headers)
                .map(|header| header.value.clone())
                .collect(),
            sock_priv: kernel.and_then(|kernel| word(kernel.sock_priv.as_ref())),
            definitions: definitions(&spec.definitions),
            commands: self.commands(),
        }
    }

    fn commands(&self) -> Commands {
        let operations = &self.spec.operations;
        let model = operations.enum_model.as_ref();
        let directional = model.is_some_and(|model| model.value == EnumModel::Directional);
        let mut list = Vec::new();
        for (op, numbers) in operations.list.iter().zip(&self.numbers) {
            match directional {
                true => directional_commands(op, numbers, &mut list),
                false => {
                    let asked = op.doit.is_some() || op.dump.is_some();
                    let told = op.notify.is_some() || op.event.is_some();
                    let kind = match (asked, told) {
                        (true, _) => CommandKind::Request,
                        (false, true) => CommandKind::Told,
                        (false, false) => CommandKind::Reserved,
                    };
                    list.extend(command(op, kind, numbers.told));
                }
            }
        }
        Commands {
            directional,
            prefix: word(operations.name_prefix.as_ref()),
            enum_name: enum_name(operations.enum_name.as_ref()),
            async_prefix: word(operations.async_prefix.as_ref()),
            async_enum: enum_name(operations.async_enum.as_ref()),
            list,
        }
    }
}

/// The numbers of an operation in the directional model. A dump beside a `do` has numbers of its own only where they
/// differ.
fn directional_commands(op: &spec::Operation, numbers: &Numbers, list: &mut Vec<Command>) {
    if op.notify.is_some() || op.event.is_some() {
        list.extend(command(op, CommandKind::Told, numbers.told));
        return;
    }
    let first = op.doit.as_ref().or(op.dump.as_ref());
    let first_numbers = match op.doit {
        Some(_) => numbers.doit,
        None => numbers.dump,
    };
    let (request, reply) = first_numbers;
    list.extend(command(op, CommandKind::Request, request));
    let has_reply = first.is_some_and(|mode| mode.reply.is_some());
    if let Some(reply) = reply.filter(|_| has_reply) {
        list.extend(command(op, CommandKind::Reply, reply));
    }
    let Some(dump) = op.dump.as_ref().filter(|_| op.doit.is_some()) else {
        return;
    };
    if numbers.dump.0 != request {
        list.extend(command(op, CommandKind::DumpRequest, numbers.dump.0));
    }
    let own = numbers.dump.1.filter(|_| dump.reply.is_some());
    if let Some(own) = own.filter(|own| !has_reply || Some(*own) != reply) {
        list.extend(command(op, CommandKind::DumpReply, own));
    }
}

/// Numbers that do not fit have a problem of their own.
fn command(op: &spec::Operation, kind: CommandKind, number: i128) -> Option<Command> {
    Some(Command {
        operation: op.name.value.clone(),
        kind,
        number: u16::try_from(number).ok()?,
    })
}

fn definitions(items: &[spec::Definition]) -> Vec<Definition> {
    let (mut consts, mut enums, mut structs) = (0, 0, 0);
    let take = |count: &mut usize| {
        let at = *count;
        *count += 1;
        at
    };
    items
        .iter()
        .map(|item| {
            if is_enum(item) {
                Definition::Enum(EnumId(take(&mut enums)))
            } else if is_struct(item) {
                Definition::Struct(StructId(take(&mut structs)))
            } else {
                Definition::Const(take(&mut consts))
            }
        })
        .collect()
}

pub(super) fn definition_keys(item: &spec::Definition) -> DefinitionKeys {
    DefinitionKeys {
        header: word(item.header.as_ref()),
        scope: match item.scope.as_ref().map(|scope| scope.value) {
            None | Some(spec::Scope::Uapi) => Scope::Uapi,
            Some(spec::Scope::Kernel) => Scope::Kernel,
            Some(spec::Scope::User) => Scope::User,
        },
        prefix: word(item.name_prefix.as_ref()),
        enum_name: enum_name(item.enum_name.as_ref()),
        count: word(item.enum_cnt_name.as_ref()),
        render_max: is_true(item.render_max.as_ref()),
    }
}

pub(super) fn member_kind(member: &spec::Member) -> MemberKind {
    use spec::MemberType as T;
    match member.kind.value {
        _ if member.structure.is_some() => MemberKind::Struct,
        T::String => MemberKind::Text,
        T::Binary | T::Pad => MemberKind::Bytes,
        _ => MemberKind::Number,
    }
}

pub(super) fn set_keys(set: &spec::AttributeSet) -> SetKeys {
    SetKeys {
        prefix: word(set.name_prefix.as_ref()),
        enum_name: enum_name(set.enum_name.as_ref()),
        count: word(set.attr_cnt_name.as_ref()),
        max: word(set.attr_max_name.as_ref()),
        header: word(set.header.as_ref()),
    }
}

pub(super) fn attribute_keys(attr: &spec::Attribute) -> AttributeKeys {
    let kind = attr.kind.as_ref().map(|kind| kind.value);
    let element = match kind {
        Some(AttributeType::IndexedArray) => attr.sub_type.as_ref().map(|sub| sub.value),
        kind => kind,
    };
    let words = attr.checks.as_ref().map(|checks| LimitWords {
        min: limit_word(checks.min.as_ref()),
        max: limit_word(checks.max.as_ref()),
        min_len: limit_word(checks.min_len.as_ref()),
        max_len: limit_word(checks.max_len.as_ref()),
        exact_len: limit_word(checks.exact_len.as_ref()),
    });
    AttributeKeys {
        prefix: word(attr.name_prefix.as_ref()),
        binary: element == Some(AttributeType::Binary),
        limits: words.unwrap_or_default(),
    }
}

pub(super) fn operation_keys(op: &spec::Operation) -> OperationKeys {
    let flag = |flag| op.flags.iter().any(|known| known.value == flag);
    let skips = |word| op.dont_validate.iter().any(|known| known.value == word);
    OperationKeys {
        admin: flag(OpFlag::AdminPerm),
        namespace_admin: flag(OpFlag::UnsAdminPerm),
        dont_validate: DontValidate {
            strict: skips(spec::DontValidate::Strict),
            dump: skips(spec::DontValidate::Dump),
            dump_strict: skips(spec::DontValidate::DumpStrict),
        },
    }
}

pub(super) fn mode_keys(mode: &spec::Mode) -> ModeKeys {
    ModeKeys {
        pre: word(mode.pre.as_ref()),
        post: word(mode.post.as_ref()),
        has_request: mode.request.is_some(),
    }
}

pub(super) fn group_keys(group: &spec::McastGroup) -> GroupKeys {
    GroupKeys {
        define: word(group.c_define_name.as_ref()),
        admin: !group.flags.is_empty(),
    }
}

fn word(text: Option<&At<String>>) -> Option<String> {
    text.map(|text| text.value.clone())
        .filter(|text| !text.is_empty())
}

fn is_true(bool: Option<&At<bool>>) -> bool {
    bool.is_some_and(|bool| bool.value)
}

fn limit_word(limit: Option<&At<Limit>>) -> Option<String> {
    match &limit?.value {
        Limit::Number(_) => None,
        Limit::Name(name) => Some(name.clone()),
    }
}

fn enum_name(name: Option<&OrNull<At<String>>>) -> EnumName {
    match name {
        None => EnumName::Absent,
        Some(OrNull(Some(name))) if !name.is_empty() => EnumName::Named(name.value.clone()),
        Some(_) => EnumName::Anonymous,
    }
}
