//! The file that is written once: a handler for each operation, and the module's beginning and end.

use std::collections::BTreeMap;

use super::Handlers;
use super::code::Code;
use super::operations::name_of;
use super::plan::{Body, Field, Plan};
use crate::emit::c::names::Names;
use crate::emit::c::text::string;
use crate::model::{Mode, Notification, Operation};

pub(super) fn source(plan: &Plan<'_>, handlers: Handlers, code: &mut Code) {
    for op in &plan.family.operations {
        if let Some(mode) = &op.doit {
            doit(plan, op, mode, handlers, code);
        }
        if let Some(mode) = &op.dump {
            dump(plan, op, mode, handlers, code);
        }
    }
    hooks(plan, code);
    ends(plan, code);
}

fn doit(plan: &Plan<'_>, op: &Operation, mode: &Mode, handlers: Handlers, code: &mut Code) {
    let name = name_of(plan, &op.name);
    let req = plan.name(mode.request);
    code.blank();
    code.comment(op.doc.as_deref().unwrap_or_default());
    code.line(format!(
        "int {name}_do({}, const struct {req} *req)",
        plan.info()
    ));
    code.line("{");
    match handlers {
        Handlers::Refuse => {
            code.line("NL_SET_ERR_MSG(info->extack, \"not implemented\");");
            code.line("return -EOPNOTSUPP;");
        }
        Handlers::Echo => echo(plan, op, mode, code),
    }
    code.line("}");
}

fn dump(plan: &Plan<'_>, op: &Operation, mode: &Mode, handlers: Handlers, code: &mut Code) {
    let name = name_of(plan, &op.name);
    let req = plan.name(mode.request);
    code.blank();
    code.comment(op.doc.as_deref().unwrap_or_default());
    code.line(format!(
        "int {name}_dump(struct sk_buff *skb, struct netlink_callback *cb, const struct {req} *req)"
    ));
    code.line("{");
    match handlers {
        Handlers::Refuse => {
            code.line("NL_SET_ERR_MSG(cb->extack, \"not implemented\");");
            code.line("return -EOPNOTSUPP;");
        }
        Handlers::Echo => echo_dump(plan, &name, mode, code),
    }
    code.line("}");
}

fn echo(plan: &Plan<'_>, op: &Operation, mode: &Mode, code: &mut Code) {
    let name = name_of(plan, &op.name);
    let told = told_by(plan, op);
    let rsp = mode.reply.filter(|_| mode.reply_command.is_some());
    let Some(rsp) = rsp.and_then(|rsp| plan.body_of(rsp)) else {
        match mode.reply_command {
            Some(_) => code.line(format!("return {name}_reply(info);")),
            None => code.line("return 0;"),
        }
        return;
    };
    code.line(format!("struct {} *rsp;", rsp.name));
    code.line("int err;");
    code.blank();
    code.line("rsp = kvzalloc(sizeof(*rsp), GFP_KERNEL_ACCOUNT);");
    code.line("if (!rsp)");
    code.then("return -ENOMEM;");
    if let Some(req) = plan.body_of(mode.request) {
        copy(req, rsp, code);
    }
    code.line(format!("err = {name}_reply(info, rsp);"));
    for told in told {
        code.line("if (!err)");
        let event = name_of(plan, &told.name);
        code.then(format!(
            "err = {event}_multicast({}, rsp, GFP_KERNEL);",
            plan.own_sender()
        ));
    }
    code.line("kvfree(rsp);");
    code.line("return err;");
}

/// The notifications that carry the operation's reply.
fn told_by<'p>(plan: &'p Plan<'_>, op: &Operation) -> Vec<&'p Notification> {
    let reply = op.doit.as_ref().and_then(|mode| mode.reply);
    let groups = &plan.family.groups;
    let known = |told: &&Notification| {
        let named = told.group.as_ref();
        let group = named.is_some_and(|name| groups.iter().any(|group| group.name == *name));
        group && told.message.is_some() && told.message == reply
    };
    plan.family.notifications.iter().filter(known).collect()
}

fn echo_dump(plan: &Plan<'_>, name: &str, mode: &Mode, code: &mut Code) {
    let rsp = mode.reply.filter(|_| mode.reply_command.is_some());
    let Some(rsp) = rsp.and_then(|rsp| plan.body_of(rsp)) else {
        code.line("return 0;");
        return;
    };
    code.line(format!("struct {} *rsp;", rsp.name));
    code.line("int err;");
    code.blank();
    code.line("if (cb->args[0])");
    code.then("return 0;");
    code.line("rsp = kvzalloc(sizeof(*rsp), GFP_KERNEL_ACCOUNT);");
    code.line("if (!rsp)");
    code.then("return -ENOMEM;");
    if let Some(req) = plan.body_of(mode.request) {
        copy(req, rsp, code);
    }
    code.line(format!("err = {name}_dump_put(skb, cb, rsp);"));
    code.line("if (!err)");
    code.then("cb->args[0] = 1;");
    code.line("kvfree(rsp);");
    code.line("return err;");
}

/// Copies what both have.
fn copy(req: &Body<'_>, rsp: &Body<'_>, code: &mut Code) {
    if let (Some(from), Some(to)) = (&req.header, &rsp.header)
        && from.structure == to.structure
    {
        code.line(format!("rsp->{} = req->{};", to.ident, from.ident));
    }
    for to in &rsp.fields {
        let same = |from: &&Field<'_>| {
            from.attr.name == to.attr.name && from.elem == to.elem && from.many == to.many
        };
        let Some(from) = req.fields.iter().find(same) else {
            continue;
        };
        let (to, from) = ((&to.ident, to), &from.ident);
        if to.1.has_bit() {
            code.line(format!("rsp->has.{} = req->has.{from};", to.0));
        }
        code.line(format!("rsp->{} = req->{from};", to.0));
        if to.1.many {
            code.line(format!("rsp->n_{} = req->n_{from};", to.0));
        }
    }
}

/// The functions that the spec names, which do nothing.
fn hooks(plan: &Plan<'_>, code: &mut Code) {
    let mut heads: BTreeMap<String, (String, bool)> = BTreeMap::new();
    let ops = "const struct genl_split_ops *ops, struct sk_buff *skb, struct genl_info *info";
    for op in &plan.family.operations {
        if let Some(mode) = &op.doit {
            if let Some(name) = &mode.c.pre {
                let name = Names::hook(name);
                heads.insert(name.clone(), (format!("int {name}({ops})"), true));
            }
            if let Some(name) = &mode.c.post {
                let name = Names::hook(name);
                heads.insert(name.clone(), (format!("void {name}({ops})"), false));
            }
        }
        let dump = op.dump.iter().flat_map(|mode| [&mode.c.pre, &mode.c.post]);
        for name in dump.flatten() {
            let name = Names::hook(name);
            let head = format!("int {name}(struct netlink_callback *cb)");
            heads.insert(name, (head, true));
        }
    }
    if let Some(kind) = &plan.family.c.sock_priv {
        for word in ["init", "destroy"] {
            let name = plan.names.sock_priv(word);
            heads.insert(name.clone(), (format!("void {name}({kind} *priv)"), false));
        }
    }
    for (head, fails) in heads.values() {
        code.blank();
        code.line(head);
        code.line("{");
        if *fails {
            code.line("return 0;");
        }
        code.line("}");
    }
}

fn ends(plan: &Plan<'_>, code: &mut Code) {
    match plan.is_raw() {
        true => super::raw::ends(plan, code),
        false => registration(plan, code),
    }
    code.blank();
    code.raw(&format!(
        "MODULE_DESCRIPTION({});\n",
        string(&description(plan))
    ));
    code.line("MODULE_LICENSE(\"Dual BSD/GPL\");");
    code.line(match plan.is_raw() {
        true => format!(
            "MODULE_ALIAS_NET_PF_PROTO(PF_NETLINK, {});",
            plan.names.protocol()
        ),
        false => format!("MODULE_ALIAS_GENL_FAMILY({});", plan.names.family_name()),
    });
}

fn registration(plan: &Plan<'_>, code: &mut Code) {
    let (ident, family) = (plan.names.ident(), plan.names.family());
    code.blank();
    code.line(format!("static int __init {ident}_init(void)"));
    code.line("{");
    code.line(format!("return genl_register_family(&{family});"));
    code.line("}");
    code.line(format!("module_init({ident}_init);"));
    code.blank();
    code.line(format!("static void __exit {ident}_exit(void)"));
    code.line("{");
    code.line(format!("genl_unregister_family(&{family});"));
    code.line("}");
    code.line(format!("module_exit({ident}_exit);"));
}

/// What the module is, in a line: the first sentence of the spec's, if it is short.
fn description(plan: &Plan<'_>) -> String {
    let doc = plan.family.doc.as_deref().unwrap_or_default();
    let words = doc.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = words.split(". ").next().unwrap_or_default();
    match sentence.trim_end_matches('.') {
        sentence if (1..=70).contains(&sentence.len()) => sentence.to_owned(),
        _ => format!("The netlink family {}", plan.family.name),
    }
}
