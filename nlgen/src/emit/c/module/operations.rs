//! What the kernel calls for a request, and what a handler calls to answer it and to report events.

use super::code::Code;
use super::plan::{Body, Plan};
use crate::emit::c::names::{Asked, lower};
use crate::model::{Mode, Notification, Operation};

/// The functions of all operations and notifications, and their prototypes for the header.
pub(super) fn functions(plan: &Plan<'_>, code: &mut Code, header: &mut Code) {
    for body in plan
        .bodies
        .values()
        .filter(|body| body.root && body.written)
    {
        message(plan, body, code);
    }
    for op in &plan.family.operations {
        if let Some(mode) = &op.doit {
            doit(plan, op, mode, code, header);
            reply(plan, op, mode, code, header);
        }
        if let Some(mode) = &op.dump {
            dumpit(plan, op, mode, code, header);
            dump_put(plan, op, mode, code, header);
        }
    }
    for told in &plan.family.notifications {
        told_to(plan, told, code, header);
    }
}

/// A function whose prototype is in the header.
fn public(head: &str, doc: &str, code: &mut Code, header: &mut Code) {
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

/// Writes a whole message.
fn message(plan: &Plan<'_>, body: &Body<'_>, code: &mut Code) {
    let name = &body.name;
    code.blank();
    code.line(format!(
        "static int {name}_message(struct sk_buff *skb, u32 portid, u32 seq, int flags, u8 cmd, \
         const struct {name} *msg)"
    ));
    code.line("{");
    code.line(format!(
        "void *head = genlmsg_put(skb, portid, seq, &{}, flags, cmd);",
        plan.names.family()
    ));
    code.blank();
    code.line("if (!head)");
    code.then("return -EMSGSIZE;");
    if let Some(header) = &body.header {
        let header = format!("msg->{}", header.ident);
        code.line(format!("memcpy(head, &{header}, sizeof({header}));"));
    }
    code.line(format!("if ({name}_fill(skb, msg)) {{"));
    code.line("genlmsg_cancel(skb, head);");
    code.line("return -EMSGSIZE;");
    code.line("}");
    code.line("genlmsg_end(skb, head);");
    code.line("return 0;");
    code.line("}");
}

/// Reads a request, and frees what was read behind `call`.
fn request(plan: &Plan<'_>, mode: &Mode, nlh: &str, extack: &str, call: &str, code: &mut Code) {
    let Some(body) = plan.body_of(mode.request) else {
        return;
    };
    let (name, prefix) = (&body.name, plan.prefix());
    code.line(format!("struct {prefix}_level level;"));
    code.line(format!("struct {name} *req;"));
    code.line("int err;");
    code.blank();
    code.line("req = kvzalloc(sizeof(*req), GFP_KERNEL_ACCOUNT);");
    code.line("if (!req)");
    code.then("return -ENOMEM;");
    let header = body
        .header
        .as_ref()
        .map(|header| format!("req->{}", header.ident));
    let len = header.as_ref().map(|header| format!(" + sizeof({header})"));
    let len = len.unwrap_or_default();
    code.line(format!(
        "{prefix}_root(&level, {nlh}, GENL_HDRLEN{len}, {extack});"
    ));
    if let Some(header) = header {
        code.line(format!(
            "memcpy(&{header}, nlmsg_data({nlh}) + GENL_HDRLEN, sizeof({header}));"
        ));
    }
    code.line(format!("err = {name}_parse(req, &level);"));
    code.line("if (!err)");
    code.then(format!("err = {call};"));
    code.line(format!("{name}_free(req);"));
    code.line("kvfree(req);");
}

fn doit(plan: &Plan<'_>, op: &Operation, mode: &Mode, code: &mut Code, header: &mut Code) {
    let name = name_of(plan, &op.name);
    let req = plan.name(mode.request);
    header.blank();
    header.comment(&format!("Serves `{}`. It is yours to write.", op.name));
    header.line(format!(
        "int {name}_do(struct genl_info *info, const struct {req} *req);"
    ));
    code.blank();
    code.line(format!(
        "int {}(struct sk_buff *skb, struct genl_info *info)",
        plan.names.handler(op, Asked::Do)
    ));
    code.line("{");
    let call = format!("{name}_do(info, req)");
    request(plan, mode, "info->nlhdr", "info->extack", &call, code);
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
    let head = format!("int {name}_reply(struct genl_info *info{argument})");
    public(&head, &doc, code, header);
    code.line("struct sk_buff *skb;");
    if rsp.is_some() {
        code.line("int err;");
    } else {
        code.line("void *head;");
    }
    code.blank();
    code.line(format!("skb = genlmsg_new({size}, GFP_KERNEL);"));
    code.line("if (!skb)");
    code.then("return -ENOMEM;");
    match rsp {
        Some(rsp) => {
            code.line(format!(
                "err = {rsp}_message(skb, info->snd_portid, info->snd_seq, 0, {command}, rsp);"
            ));
            code.line("if (err) {");
            code.line("nlmsg_free(skb);");
            code.line("return err;");
        }
        None => {
            code.line(format!(
                "head = genlmsg_put_reply(skb, info, &{}, 0, {command});",
                plan.names.family()
            ));
            code.line("if (!head) {");
            code.line("nlmsg_free(skb);");
            code.line("return -EMSGSIZE;");
        }
    }
    code.line("}");
    if rsp.is_none() {
        code.line("genlmsg_end(skb, head);");
    }
    code.line("return genlmsg_reply(skb, info);");
    code.line("}");
}

fn dumpit(plan: &Plan<'_>, op: &Operation, mode: &Mode, code: &mut Code, header: &mut Code) {
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
    code.line(format!(
        "int {}(struct sk_buff *skb, struct netlink_callback *cb)",
        plan.names.handler(op, Asked::Dump)
    ));
    code.line("{");
    let call = format!("{name}_dump(skb, cb, req)");
    request(plan, mode, "cb->nlh", "cb->extack", &call, code);
    code.line("if (err == -EMSGSIZE && skb->len)");
    code.then("return skb->len;");
    code.line("return err;");
    code.line("}");
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
    let family = plan.names.family();
    let message = told.message.map(|message| plan.name(message));
    let msg = message.map(|name| format!("const struct {name} *msg, "));
    let msg = msg.unwrap_or_default();
    if !groups.is_empty() {
        let doc = format!(
            "Reports `{}` to a group of the network namespace. It is no error where nobody listens.",
            told.name
        );
        let head = format!("int {name}_multicast(struct net *net, {argument}{msg}gfp_t gfp)");
        public(&head, &doc, code, header);
        code.line("struct sk_buff *skb;");
        code.line("int err;");
        code.blank();
        code.line(format!(
            "if (!genl_has_listeners(&{family}, net, {number}))"
        ));
        code.then("return 0;");
        event(plan, told, code);
        code.line(format!(
            "err = genlmsg_multicast_netns(&{family}, net, skb, 0, {number}, gfp);"
        ));
        code.line("return err == -ESRCH ? 0 : err;");
        code.line("}");
    }
    let doc = format!("Reports `{}` to the socket with a port id.", told.name);
    let head = format!("int {name}_unicast(struct net *net, u32 portid, {msg}gfp_t gfp)");
    public(&head, &doc, code, header);
    code.line("struct sk_buff *skb;");
    if message.is_some() {
        code.line("int err;");
    }
    code.blank();
    event(plan, told, code);
    code.line("return genlmsg_unicast(net, skb, portid);");
    code.line("}");
}

/// Makes the event's message.
fn event(plan: &Plan<'_>, told: &Notification, code: &mut Code) {
    let command = plan.names.notification(told);
    let message = told.message.map(|message| plan.name(message));
    let size = message.map_or_else(|| "0".to_owned(), |name| format!("{name}_size(msg)"));
    code.line(format!("skb = genlmsg_new({size}, gfp);"));
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
            let family = plan.names.family();
            code.line(format!(
                "if (!genlmsg_put(skb, 0, 0, &{family}, 0, {command})) {{"
            ));
            code.line("nlmsg_free(skb);");
            code.line("return -EMSGSIZE;");
            code.line("}");
        }
    }
}
