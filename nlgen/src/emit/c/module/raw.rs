//! What generic netlink does for its families, for a netlink protocol of its own: the kernel's sockets, the way from a
//! message to its handler, and the checks on it.

use std::collections::BTreeMap;

use super::code::Code;
use super::operations::{name_of, public, request};
use super::plan::Plan;
use crate::emit::c::CFamily;
use crate::emit::c::names::{Asked, Names};
use crate::emit::c::policy::Policies;
use crate::emit::c::words::lower;
use crate::model::kernel::PolicyScope;
use crate::model::{Mode, Operation};

/// What a handler is told of its request, and the functions that the spec names.
pub(super) fn info(plan: &Plan<'_>, header: &mut Code) {
    header.blank();
    header.comment("A request: whom it comes from, and what is to be said of it.");
    header.line(format!("struct {}_info {{", plan.prefix()));
    header.line("struct net *net;");
    header.line("struct sock *sk;");
    header.line("const struct nlmsghdr *nlh;");
    header.line("u32 portid;");
    header.line("struct netlink_ext_ack *extack;");
    header.line("};");
    let mut hooks: Vec<String> = Vec::new();
    let dumps = plan
        .family
        .operations
        .iter()
        .filter_map(|op| op.dump.as_ref());
    for name in dumps.flat_map(|mode| [&mode.c.pre, &mode.c.post]).flatten() {
        let name = Names::hook(name);
        if !hooks.contains(&name) {
            hooks.push(name);
        }
    }
    if !hooks.is_empty() {
        header.blank();
    }
    for name in hooks {
        header.line(format!("int {name}(struct netlink_callback *cb);"));
    }
}

/// The checks that come before a request is read.
fn checks(plan: &Plan<'_>, family: &CFamily<'_>, op: &Operation, asked: Asked, code: &mut Code) {
    let Some(mode) = mode_of(op, asked) else {
        return;
    };
    if op.c.namespace_admin {
        code.line("if (!netlink_net_capable(skb, CAP_NET_ADMIN))");
        code.then("return -EPERM;");
    } else if op.c.admin {
        code.line("if (!netlink_capable(skb, CAP_NET_ADMIN))");
        code.then("return -EPERM;");
    }
    let policies = Policies::of(family, true);
    let policy = match family.family.c.policy {
        PolicyScope::Split => policies.find(&plan.names.mode_policy(op, asked)),
        PolicyScope::PerOperation => policies.find(&plan.names.operation_policy(op)),
        PolicyScope::Global => policies.requests.first(),
    };
    let message = plan.family.message(mode.request);
    let policy = policy.filter(|_| !message.fields.is_empty());
    let (name, max) = match policy {
        Some(policy) => (policy.name.clone(), policy.max(family)),
        None => ("NULL".to_owned(), "0".to_owned()),
    };
    let skips = family.skips(op);
    let lax = match asked {
        Asked::Do => skips.strict,
        Asked::Dump => skips.dump || skips.dump_strict,
    };
    let validate = match lax {
        true => "NL_VALIDATE_LIBERAL",
        false => "NL_VALIDATE_STRICT",
    };
    let header = message.header.as_ref();
    let header = header.map(|(id, _)| format!("struct {}", plan.structure(*id)));
    let len = plan.header_len(header.as_deref());
    code.attempt(&format!(
        "{}_check(nlh, {len}, {max}, {name}, {validate}, extack)",
        plan.prefix()
    ));
}

fn mode_of(op: &Operation, asked: Asked) -> Option<&Mode> {
    match asked {
        Asked::Do => op.doit.as_ref(),
        Asked::Dump => op.dump.as_ref(),
    }
}

/// Serves a request of one mode of an operation.
pub(super) fn serve(
    plan: &Plan<'_>,
    family: &CFamily<'_>,
    op: &Operation,
    asked: Asked,
    code: &mut Code,
) {
    let Some(mode) = mode_of(op, asked) else {
        return;
    };
    code.blank();
    match asked {
        Asked::Do => {
            head(&plan.names.handler(op, Asked::Do), code);
            code.line(format!("struct {}_info info = {{", plan.prefix()));
            code.line(".net = sock_net(skb->sk),");
            code.line(".sk = skb->sk,");
            code.line(".nlh = nlh,");
            code.line(".portid = NETLINK_CB(skb).portid,");
            code.line(".extack = extack,");
            code.line("};");
            let call = format!("{}_do(&info, req)", name_of(plan, &op.name));
            request(plan, mode, "nlh", "extack", &call, code, |code| {
                checks(plan, family, op, asked, code);
            });
            code.line("return err;");
            code.line("}");
        }
        Asked::Dump => {
            head(&start_of(plan, op), code);
            code.line("struct netlink_dump_control control = {");
            if let Some(hook) = &mode.c.pre {
                code.line(format!(".start = {},", Names::hook(hook)));
            }
            code.line(format!(".dump = {},", plan.names.handler(op, asked)));
            if let Some(hook) = &mode.c.post {
                code.line(format!(".done = {},", Names::hook(hook)));
            }
            code.line(".extack = extack,");
            code.line("};");
            code.line("int err;");
            code.blank();
            checks(plan, family, op, asked, code);
            code.line("return netlink_dump_start(skb->sk, skb, nlh, &control);");
            code.line("}");
        }
    }
}

fn head(name: &str, code: &mut Code) {
    code.line(format!(
        "static int {name}(struct sk_buff *skb, struct nlmsghdr *nlh, struct netlink_ext_ack *extack)"
    ));
    code.line("{");
}

/// The function that begins a dump.
fn start_of(plan: &Plan<'_>, op: &Operation) -> String {
    format!("{}_{}_dump_start", plan.prefix(), lower(&op.name))
}

/// What comes in, and the sockets that it comes in by.
pub(super) fn sockets(plan: &Plan<'_>, code: &mut Code, header: &mut Code) {
    receive(plan, code);
    let prefix = plan.prefix();
    code.blank();
    code.comment(
        "A datagram has come, with one message or several. It is the sender who runs this.",
    );
    code.line(format!("static void {prefix}_input(struct sk_buff *skb)"));
    code.line("{");
    code.line(format!("netlink_rcv_skb(skb, {prefix}_receive);"));
    code.line("}");
    let guarded = bind(plan, code);
    public(
        &format!("struct sock *{prefix}_create(struct net *net)"),
        "Makes the kernel's socket of the protocol in a network namespace; NULL where the number is taken.",
        code,
        header,
    );
    code.line("struct netlink_kernel_cfg cfg = {");
    let groups = plan.family.groups.iter();
    if let Some(most) = groups.filter_map(|group| group.number).max() {
        code.line(format!(".groups = {most},"));
        code.line(".flags = NL_CFG_F_NONROOT_RECV,");
    }
    code.line(format!(".input = {prefix}_input,"));
    if guarded {
        code.line(format!(".bind = {prefix}_bind,"));
    }
    code.line("};");
    code.blank();
    let number = plan.names.protocol();
    code.line(format!(
        "return netlink_kernel_create(net, {number}, &cfg);"
    ));
    code.line("}");
}

/// The operations by their numbers. One number may have a `do` and a dump.
fn receive(plan: &Plan<'_>, code: &mut Code) {
    type Modes<'f> = [Option<&'f Operation>; 2];
    let mut numbers: BTreeMap<u16, Modes<'_>> = BTreeMap::new();
    for op in &plan.family.operations {
        if let Some(mode) = &op.doit {
            numbers.entry(mode.command).or_default()[0] = Some(op);
        }
        if let Some(mode) = &op.dump {
            numbers.entry(mode.command).or_default()[1] = Some(op);
        }
    }
    code.blank();
    code.comment("netlink_rcv_skb() has passed over netlink's own messages and what is no request; it acknowledges.");
    head(&format!("{}_receive", plan.prefix()), code);
    if numbers.values().any(|modes| modes[1].is_some()) {
        code.line("bool dump = (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;");
        code.blank();
    }
    code.line("switch (nlh->nlmsg_type) {");
    for [doit, dump] in numbers.values() {
        let (first, asked) = match (doit, dump) {
            (Some(op), _) => (*op, Asked::Do),
            (None, Some(op)) => (*op, Asked::Dump),
            (None, None) => continue,
        };
        let label = format!("case {}", plan.names.request(first, asked));
        code.case(&label, |code| {
            let served =
                |op: &Operation, condition: Option<&str>, serve: String, code: &mut Code| {
                    let config = op.config.as_deref().map(Names::config);
                    let config = config.map(|config| format!("IS_ENABLED({config})"));
                    let conditions: Vec<_> =
                        condition.into_iter().chain(config.as_deref()).collect();
                    let call = format!("return {serve}(skb, nlh, extack);");
                    match conditions.is_empty() {
                        true => code.line(call),
                        false => {
                            code.line(format!("if ({})", conditions.join(" && ")));
                            code.then(call);
                        }
                    }
                    conditions.is_empty()
                };
            let mut ended = false;
            if let Some(op) = dump {
                served(op, Some("dump"), start_of(plan, op), code);
            }
            if let Some(op) = doit {
                ended = served(op, None, plan.names.handler(op, Asked::Do), code);
            }
            if !ended {
                code.line("break;");
            }
        });
    }
    code.line("}");
    code.line("NL_SET_ERR_MSG(extack, \"no such operation\");");
    code.line("return -EOPNOTSUPP;");
    code.line("}");
}

/// Who may join groups. Whether there is something to ask.
fn bind(plan: &Plan<'_>, code: &mut Code) -> bool {
    let groups = &plan.family.groups;
    if !groups.iter().any(|group| group.c.admin) {
        return false;
    }
    code.blank();
    code.line(format!(
        "static int {}_bind(struct net *net, int group)",
        plan.prefix()
    ));
    code.line("{");
    code.line("switch (group) {");
    for group in groups.iter().filter(|group| group.c.admin) {
        code.case(&format!("case {}", plan.names.group(group)), |_| {});
    }
    code.line("return ns_capable(net->user_ns, CAP_NET_ADMIN) ? 0 : -EPERM;");
    code.line("}");
    code.line("return 0;");
    code.line("}");
    true
}

/// The module's beginning and end: a socket in each network namespace.
pub(super) fn ends(plan: &Plan<'_>, code: &mut Code) {
    let text = ENDS.replace("IDENT", plan.names.ident());
    code.blank();
    code.raw(&text);
}

const ENDS: &str = "\
struct IDENT_net {
	struct sock *sk;
};

static unsigned int IDENT_net_id;

static int __net_init IDENT_net_init(struct net *net)
{
	struct IDENT_net *own = net_generic(net, IDENT_net_id);

	own->sk = IDENT_nl_create(net);
	return own->sk ? 0 : -ENOMEM;
}

/* No socket of a process is open any more: each holds the module and the namespace. */
static void __net_exit IDENT_net_exit(struct net *net)
{
	struct IDENT_net *own = net_generic(net, IDENT_net_id);

	netlink_kernel_release(own->sk);
}

static struct pernet_operations IDENT_net_ops = {
	.init	= IDENT_net_init,
	.exit	= IDENT_net_exit,
	.id	= &IDENT_net_id,
	.size	= sizeof(struct IDENT_net),
};

static int __init IDENT_init(void)
{
	return register_pernet_subsys(&IDENT_net_ops);
}
module_init(IDENT_init);

static void __exit IDENT_exit(void)
{
	unregister_pernet_subsys(&IDENT_net_ops);
}
module_exit(IDENT_exit);
";
