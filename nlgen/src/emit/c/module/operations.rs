//! What the kernel calls for a request, and what a handler calls to answer it and to report events.

use super::code::Code;
use super::plan::Plan;
use super::{raw, wire};
use crate::emit::c::CFamily;
use crate::emit::c::names::Asked;
use crate::emit::c::words::lower;
use crate::model::{Mode, Notification, Operation};

/// The functions of all operations and notifications, and their prototypes for the header.
pub(super) fn functions(plan: &Plan<'_>, family: &CFamily<'_>, code: &mut Code, header: &mut Code) {
    for body in plan
        .bodies
        .values()
        .filter(|body| body.root && body.written)
    {
        wire::message(plan, body, code);
    }
    for op in &plan.family.operations {
        if let Some(mode) = &op.doit {
            doit(plan, family, op, mode, code, header);
            reply(plan, op, mode, code, header);
        }
        if let Some(mode) = &op.dump {
            dumpit(plan, family, op, mode, code, header);
            dump_put(plan, op, mode, code, header);
        }
    }
    for told in &plan.family.notifications {
        told_to(plan, told, code, header);
    }
    if plan.is_raw() {
        raw::sockets(plan, code, header);
    }
}

/// A function whose prototype is in the header.
pub(super) fn public(head: &str, doc: &str, code: &mut Code, header: &mut Code) {
    header.blank();
    header.comment(doc);
    header.line(format!("{head};"));
    code.blank();
    code.line(head);
    code.line("{");
}

/// The name of what belongs to an operation.
pub(super) fn name_of(plan: &Plan<'_>, operation: &str) -> String {
    format!("{}_{}", plan.names.ident(), lower(operation))
}

/// Reads a request, and frees what was read behind `call`. What `first` writes comes before all of it.
pub(super) fn request(
    plan: &Plan<'_>,
    mode: &Mode,
    nlh: &str,
    extack: &str,
    call: &str,
    code: &mut Code,
    first: impl FnOnce(&mut Code),
) {
    let Some(body) = plan.body_of(mode.request) else {
        return;
    };
    let (name, prefix) = (&body.name, plan.prefix());
    code.line(format!("struct {prefix}_level level;"));
    code.line(format!("struct {name} *req;"));
    code.line("int err;");
    code.blank();
    first(code);
    code.line("req = kvzalloc(sizeof(*req), GFP_KERNEL_ACCOUNT);");
    code.line("if (!req)");
    code.then("return -ENOMEM;");
    let header = body
        .header
        .as_ref()
        .map(|header| format!("req->{}", header.ident));
    let len = plan.header_len(header.as_deref());
    code.line(format!("{prefix}_root(&level, {nlh}, {len}, {extack});"));
    if let Some(header) = header {
        let from = plan.header_at(nlh);
        code.line(format!("memcpy(&{header}, {from}, sizeof({header}));"));
    }
    code.line(format!("err = {name}_parse(req, &level);"));
    code.line("if (!err)");
    code.then(format!("err = {call};"));
    code.line(format!("{name}_free(req);"));
    code.line("kvfree(req);");
}

fn doit(
    plan: &Plan<'_>,
    family: &CFamily<'_>,
    op: &Operation,
    mode: &Mode,
    code: &mut Code,
    header: &mut Code,
) {
    let name = name_of(plan, &op.name);
    let req = plan.name(mode.request);
    header.blank();
    header.comment(&format!("Serves `{}`. It is yours to write.", op.name));
    header.line(format!(
        "int {name}_do({}, const struct {req} *req);",
        plan.info()
    ));
    if plan.is_raw() {
        return raw::serve(plan, family, op, Asked::Do, code);
    }
    code.blank();
    code.line(format!(
        "int {}(struct sk_buff *skb, struct genl_info *info)",
        plan.names.handler(op, Asked::Do)
    ));
    code.line("{");
    let call = format!("{name}_do(info, req)");
    request(
        plan,
        mode,
        "info->nlhdr",
        "info->extack",
        &call,
        code,
        |_| {},
    );
    code.line("return err;");
    code.line("}");
}

fn reply(plan: &Plan<'_>, op: &Operation, mode: &Mode, code: &mut Code, header: &mut Code) {
    if mode.reply_command.is_none() {
        return;
    }
    let name = name_of(plan, &op.name);
    let command = plan.names.reply(op, Asked::Do);
    let doc = format!("Answers a request of `{}`.", op.name);
    let rsp = mode.reply.map(|reply| plan.name(reply));
    let (argument, size) = match rsp {
        Some(rsp) => (
            format!(", const struct {rsp} *rsp"),
            format!("{rsp}_size(rsp)"),
        ),
        None => (String::new(), "0".to_owned()),
    };
    let head = format!("int {name}_reply({}{argument})", plan.info());
    public(&head, &doc, code, header);
    code.line("struct sk_buff *skb;");
    if rsp.is_some() {
        code.line("int err;");
    }
    code.blank();
    let new = plan.new_message();
    code.line(format!("skb = {new}({size}, GFP_KERNEL);"));
    code.line("if (!skb)");
    code.then("return -ENOMEM;");
    let asked_by = plan.asked_by();
    match rsp {
        Some(rsp) => {
            code.line(format!(
                "err = {rsp}_message(skb, {asked_by}, 0, {command}, rsp);"
            ));
            code.line("if (err) {");
            code.line("nlmsg_free(skb);");
            code.line("return err;");
        }
        None => {
            let put = plan.put_empty(asked_by, &command);
            code.line(format!("if (!{put}) {{"));
            code.line("nlmsg_free(skb);");
            code.line("return -EMSGSIZE;");
        }
    }
    code.line("}");
    code.line(format!("return {};", plan.send_reply()));
    code.line("}");
}

fn dumpit(
    plan: &Plan<'_>,
    family: &CFamily<'_>,
    op: &Operation,
    mode: &Mode,
    code: &mut Code,
    header: &mut Code,
) {
    let name = name_of(plan, &op.name);
    let req = plan.name(mode.request);
    header.blank();
    header.comment(&format!(
        "Serves a dump of `{}`. It is yours to write. It is called for each part of the dump: cb->args are 0 at \
         first, and yours to keep where the next part begins. It returns 0 at the end, and -EMSGSIZE where the \
         part is full.",
        op.name
    ));
    header.line(format!(
        "int {name}_dump(struct sk_buff *skb, struct netlink_callback *cb, const struct {req} *req);"
    ));
    code.blank();
    // Of generic netlink the table has it.
    let class = if plan.is_raw() { "static " } else { "" };
    code.line(format!(
        "{class}int {}(struct sk_buff *skb, struct netlink_callback *cb)",
        plan.names.handler(op, Asked::Dump)
    ));
    code.line("{");
    let call = format!("{name}_dump(skb, cb, req)");
    request(plan, mode, "cb->nlh", "cb->extack", &call, code, |_| {});
    code.line("if (err == -EMSGSIZE && skb->len)");
    code.then("return skb->len;");
    code.line("return err;");
    code.line("}");
    if plan.is_raw() {
        raw::serve(plan, family, op, Asked::Dump, code);
    }
}

fn dump_put(plan: &Plan<'_>, op: &Operation, mode: &Mode, code: &mut Code, header: &mut Code) {
    let (Some(reply), Some(_)) = (mode.reply, mode.reply_command) else {
        return;
    };
    let name = name_of(plan, &op.name);
    let rsp = plan.name(reply);
    let command = plan.names.reply(op, Asked::Dump);
    let doc = format!(
        "Appends an object to a dump of `{}`. Gives -EMSGSIZE where there is no room: return that, and begin the \
         next part with the same object.",
        op.name
    );
    let head = format!(
        "int {name}_dump_put(struct sk_buff *skb, struct netlink_callback *cb, const struct {rsp} *rsp)"
    );
    public(&head, &doc, code, header);
    code.line(format!(
        "return {rsp}_message(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, NLM_F_MULTI, {command}, rsp);"
    ));
    code.line("}");
}

/// An event, to a group and to one receiver.
fn told_to(plan: &Plan<'_>, told: &Notification, code: &mut Code, header: &mut Code) {
    let groups = &plan.family.groups;
    let named = told.group.as_ref();
    let group = named.and_then(|name| groups.iter().find(|group| group.name == *name));
    let (argument, number) = match group {
        Some(group) => ("", plan.names.group(group)),
        None => ("unsigned int group, ", "group".to_owned()),
    };
    let name = name_of(plan, &told.name);
    let sender = plan.sender();
    let message = told.message.map(|message| plan.name(message));
    let msg = message.map(|name| format!("const struct {name} *msg, "));
    let msg = msg.unwrap_or_default();
    if !groups.is_empty() {
        let doc = format!(
            "Reports `{}` to a group of the network namespace. It is no error where nobody listens.",
            told.name
        );
        let head = format!("int {name}_multicast({sender}, {argument}{msg}gfp_t gfp)");
        public(&head, &doc, code, header);
        code.line("struct sk_buff *skb;");
        code.line("int err;");
        code.blank();
        code.line(format!("if (!{})", plan.has_listeners(&number)));
        code.then("return 0;");
        event(plan, told, code);
        code.line(format!("err = {};", plan.multicast(&number)));
        code.line("return err == -ESRCH ? 0 : err;");
        code.line("}");
    }
    let doc = format!("Reports `{}` to the socket with a port id.", told.name);
    let head = format!("int {name}_unicast({sender}, u32 portid, {msg}gfp_t gfp)");
    public(&head, &doc, code, header);
    code.line("struct sk_buff *skb;");
    if message.is_some() {
        code.line("int err;");
    }
    code.blank();
    event(plan, told, code);
    code.line(format!("return {};", plan.unicast()));
    code.line("}");
}

/// Makes the event's message.
fn event(plan: &Plan<'_>, told: &Notification, code: &mut Code) {
    let command = plan.names.notification(told);
    let message = told.message.map(|message| plan.name(message));
    let size = message.map_or_else(|| "0".to_owned(), |name| format!("{name}_size(msg)"));
    let new = plan.new_message();
    code.line(format!("skb = {new}({size}, gfp);"));
    code.line("if (!skb)");
    code.then("return -ENOMEM;");
    match message {
        Some(name) => {
            code.line(format!(
                "err = {name}_message(skb, 0, 0, 0, {command}, msg);"
            ));
            code.line("if (err) {");
            code.line("nlmsg_free(skb);");
            code.line("return err;");
            code.line("}");
        }
        None => {
            let put = plan.put_empty("0, 0", &command);
            code.line(format!("if (!{put}) {{"));
            code.line("nlmsg_free(skb);");
            code.line("return -EMSGSIZE;");
            code.line("}");
        }
    }
}
