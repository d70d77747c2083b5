//! `Request` and `Dump`: what operation a struct asks for.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Expr, Ident, Lit, Result};

use super::errors::Errors;
use super::input::{lifetimes_only, runtime, with_lifetimes};
use super::keys::{Family, StructKeys};
use super::types;
use crate::model::name::kebab;

/// `impl Request` or `impl Dump`; `mode` is the trait's name.
pub(super) fn operation(input: &DeriveInput, mode: &str) -> Result<TokenStream> {
    let mut errors = Errors::default();
    let keys = StructKeys::read(&input.attrs, &mut errors);
    let all_read = errors.count() == 0;
    lifetimes_only(input, &mut errors);
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
    if let (Some(Family::Path(_)), Some(version)) = (
        keys.family.as_ref().map(|family| &family.value),
        &keys.version,
    ) {
        let message = "the version is that of the family's `static`";
        errors.add(version.span, message);
    }
    if let Some(Family::Name(_)) = keys.family.as_ref().map(|family| &family.value) {
        one_byte(&keys, &mut errors);
    }
    errors.finish(())?;

    let nl = runtime(keys.runtime.as_ref().map(|path| &path.value));
    let (declared, family) = family(&keys, &nl);
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
    let implementor = with_lifetimes(input, "'_");
    Ok(quote! {
        const _: () = {
            #declared
            impl #nl::#mode for #implementor {
                const OP: &'static #nl::Operation =
                    &#nl::Operation::new(#family, #name, #command) #replies;
                type Reply<'r> = #reply;
            }
        };
    })
}

/// Commands of generic netlink have 8 bits; only raw protocols, which have a `static`, have more.
fn one_byte(keys: &StructKeys, errors: &mut Errors) {
    for command in [&keys.command, &keys.reply_command].into_iter().flatten() {
        if let Expr::Lit(literal) = &command.value
            && let Lit::Int(number) = &literal.lit
            && number.base10_parse::<u8>().is_err()
        {
            errors.add(
                number.span(),
                "commands of a family are numbered from 0 to 255",
            );
        }
    }
}

/// The family: its declaration, when it is not declared elsewhere, and a reference to it.
fn family(keys: &StructKeys, nl: &TokenStream) -> (Option<TokenStream>, TokenStream) {
    match keys.family.as_ref().map(|family| &family.value) {
        Some(Family::Path(path)) => (None, quote!(&#path)),
        Some(Family::Name(name)) => {
            let version = match &keys.version {
                Some(version) => version.value.to_token_stream(),
                None => quote!(1),
            };
            let declared = quote! {
                static __FAMILY: #nl::Family = #nl::Family::new(#name, #version);
            };
            (Some(declared), quote!(&__FAMILY))
        }
        None => (None, TokenStream::new()),
    }
}
