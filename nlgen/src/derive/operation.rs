//! `Request` and `Dump`: what operation a struct asks for.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Ident, Result};

use super::errors::Errors;
use super::family::Spoken;
use super::input::{SET, lifetimes_only, runtime, with_lifetimes};
use super::keys::StructKeys;
use super::types;
use crate::model::name::kebab;

/// `impl Request` or `impl Dump`; `mode` is the trait's name.
pub(super) fn operation(input: &DeriveInput, mode: &str) -> Result<TokenStream> {
    let mut errors = Errors::default();
    let keys = StructKeys::read(&input.attrs, &mut errors);
    let all_read = errors.count() == 0;
    lifetimes_only(input, SET, &mut errors);
    if !matches!(input.data, Data::Struct(_)) {
        errors.add(input.ident.span(), "a request is a struct");
    }
    for (missing, key) in [
        (keys.family.is_none(), "family = \"netdev\""),
        (keys.command.is_none(), "command = 1"),
    ] {
        // A key that could not be read is not missing.
        if missing && all_read {
            let message = format!("`{mode}` needs `#[nl({key})]`");
            errors.add(input.ident.span(), message);
        }
    }
    let spoken = Spoken {
        family: keys.family.as_ref(),
        version: keys.version.as_ref(),
        protocol: keys.protocol.as_ref(),
    };
    let commands = [&keys.command, &keys.reply_command].into_iter().flatten();
    spoken.check(commands.map(|command| &command.value), &mut errors);
    errors.finish(())?;

    let nl = runtime(keys.runtime.as_ref().map(|path| &path.value));
    let (declared, family) = spoken.declared(&nl);
    let name = match &keys.name {
        Some(name) => name.value.clone(),
        None => kebab(&input.ident.to_string()),
    };
    let command = keys.command.as_ref().map(|command| &command.value);
    let reply_command = keys.reply_command.as_ref().map(|reply| &reply.value);
    // An operation that answers with nothing has replies only if a key says so.
    let answers = keys.reply.as_ref().and(command);
    let replies = reply_command
        .or(answers)
        .map(|reply| quote!(.replies(#reply)));
    let reply = match &keys.reply {
        Some(reply) => types::reply(&reply.value).to_token_stream(),
        None => quote!(()),
    };
    let mode = Ident::new(mode, Span::call_site());
    let lacks = keys.replies_lack.as_ref().map(|lacks| &lacks.value);
    let without_port_id = lacks
        .filter(|lacks| lacks.port_id)
        .map(|_| quote!(.without_port_id()));
    let without_sequence = lacks
        .filter(|lacks| lacks.sequence)
        .map(|_| quote!(.without_sequence()));
    let returns = keys.returns.as_ref().map(|returns| {
        let number = returns.value;
        quote!(.returns(#number))
    });
    // The kernel looks at the stronger one first.
    let needs = match (&keys.admin_perm, &keys.uns_admin_perm) {
        (Some(_), _) => Some(quote!(.needs(#nl::Permission::Admin))),
        (None, Some(_)) => Some(quote!(.needs(#nl::Permission::NamespaceAdmin))),
        (None, None) => None,
    };
    let implementor = with_lifetimes(input, "'_");
    Ok(quote! {
        const _: () = {
            #declared
            impl #nl::#mode for #implementor {
                const OP: &'static #nl::Operation =
                    &#nl::Operation::new(#family, #name, #command)
                        #replies #without_port_id #without_sequence #returns #needs;
                type Reply<'r> = #reply;
            }
        };
    })
}
