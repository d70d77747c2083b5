//! The family that a derive speaks of: by the name that the kernel registers, or by its `static`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, Lit};

use super::arguments::Family;
use super::errors::Errors;
use super::keys::At;

/// The keys that say which family.
pub(super) struct Spoken<'k> {
    pub(super) family: Option<&'k At<Family>>,
    pub(super) version: Option<&'k At<Expr>>,
    pub(super) protocol: Option<&'k At<Expr>>,
}

impl Spoken<'_> {
    /// Refuses what does not go together; `commands` are those of the family.
    pub(super) fn check<'k>(
        &self,
        commands: impl IntoIterator<Item = &'k Expr>,
        errors: &mut Errors,
    ) {
        match self.family.map(|family| &family.value) {
            Some(Family::Path(_)) => {
                for (key, what) in [(self.version, "version"), (self.protocol, "protocol")] {
                    if let Some(key) = key {
                        let message = format!("the {what} is that of the family's `static`");
                        errors.add(key.span, message);
                    }
                }
            }
            Some(Family::Name(_)) => match (self.version, self.protocol) {
                (Some(version), Some(_)) => {
                    let message =
                        "only a family of generic netlink has a version, not a `protocol`";
                    errors.add(version.span, message);
                }
                (_, Some(_)) => {}
                (_, None) => one_byte(commands, errors),
            },
            None => {}
        }
    }

    /// The family's declaration, when it is not declared elsewhere, and a reference to it.
    pub(super) fn declared(&self, nl: &TokenStream) -> (Option<TokenStream>, TokenStream) {
        let name = match self.family.map(|family| &family.value) {
            Some(Family::Path(path)) => return (None, quote!(&#path)),
            Some(Family::Name(name)) => name,
            None => return (None, TokenStream::new()),
        };
        let new = match (self.protocol, self.version) {
            (Some(protocol), _) => {
                let protocol = &protocol.value;
                quote!(#nl::Family::raw(#name, #protocol))
            }
            (None, version) => {
                let one = || quote!(1);
                let version = version.map_or_else(one, |version| version.value.to_token_stream());
                quote!(#nl::Family::new(#name, #version))
            }
        };
        let declared = quote! { static __FAMILY: #nl::Family = #new; };
        (Some(declared), quote!(&__FAMILY))
    }
}

/// Commands of generic netlink have 8 bits; types of messages have 16.
fn one_byte<'k>(commands: impl IntoIterator<Item = &'k Expr>, errors: &mut Errors) {
    for command in commands {
        if let Expr::Lit(literal) = command
            && let Lit::Int(number) = &literal.lit
            && number.base10_parse::<u8>().is_err()
        {
            let message = "commands of a family are numbered from 0 to 255; a netlink protocol of its own has the key `protocol`";
            errors.add(number.span(), message);
        }
    }
}
