//! The other end of a family: a trait with a method for each operation, and what makes a service of it.

mod tables;

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::{doc, lines};
use super::types::ident;
use crate::model::name::{Scope, kebab, snake};
use crate::model::{Family, Mode, Operation, Protocol};

/// A mode of an operation.
pub(super) struct Served<'f> {
    pub(super) operation: &'f Operation,
    pub(super) mode: &'f Mode,
    pub(super) dump: bool,
    /// The name of the method.
    method: String,
}

/// The module `server` of a family, to stand beside its [other items](super::family).
#[must_use]
pub fn server(family: &Family) -> TokenStream {
    let served = served(family);
    let name = &family.name;
    let what = match family.protocol {
        Protocol::Generic { .. } => format!("Answers the requests of the family `{name}`."),
        Protocol::Raw { .. } => format!("Answers the requests of the protocol `{name}`."),
    };
    let what = lines(&what);
    let methods = served.iter().map(|served| method(family, served));
    let answers = served.iter().enumerate().map(|(at, served)| {
        let at = proc_macro2::Literal::usize_unsuffixed(at);
        let answer = answer(served);
        quote!(#at => #answer,)
    });
    let (tables, served) = tables::tables(family, &served);
    let announce = announce(family);
    quote! {
        /// The other end of the family: what answers its requests.
        pub mod server {
            use super::nl;

            #what
            ///
            /// A request gets to its method when it has passed the checks of the specification. An operation whose method
            /// is not written is refused with `EOPNOTSUPP`.
            #[allow(
                clippy::new_ret_no_self,
                clippy::wrong_self_convention,
                reason = "the specification names its operations"
            )]
            pub trait Server {
                #(#methods)*
            }

            /// Serves the family by an implementation of [`Server`]: for a kernel in the process, or other processes.
            #[derive(
                ::core::clone::Clone, ::core::marker::Copy, ::core::default::Default, ::core::fmt::Debug
            )]
            pub struct Service<S>(
                /// What answers.
                pub S,
            );

            impl<S: Server + ::core::marker::Send> nl::server::Serve for Service<S> {
                fn served(&self) -> &'static nl::server::Served {
                    &SERVED
                }

                fn answer(
                    &mut self,
                    at: usize,
                    asked: &mut nl::server::Asked<'_>,
                ) -> ::core::result::Result<(), nl::server::Refused> {
                    match at {
                        #(#answers)*
                        _ => ::core::result::Result::Err(asked.unknown()),
                    }
                }
            }

            #announce

            #served
            #tables
        }
    }
}

fn served(family: &Family) -> Vec<Served<'_>> {
    let mut methods = Scope::default();
    let mut served = Vec::new();
    for operation in &family.operations {
        for (mode, dump) in [(&operation.doit, false), (&operation.dump, true)] {
            let Some(mode) = mode else { continue };
            // Each request is a struct of its own.
            let name = snake(&kebab(&family.message(mode.request).ident));
            served.push(Served {
                operation,
                mode,
                dump,
                method: methods.take(name, "_"),
            });
        }
    }
    served
}

/// The type of a request, with elided lifetimes.
pub(super) fn request(family: &Family, mode: &Mode) -> TokenStream {
    let message = family.message(mode.request);
    let name = ident(&message.ident);
    let life = message.borrows.then(|| quote!(<'_>));
    quote!(super::#name #life)
}

fn method(family: &Family, served: &Served<'_>) -> TokenStream {
    let Served {
        operation,
        mode,
        dump,
        method,
    } = served;
    let title = match dump {
        true => format!("A dump of `{}`.", operation.name),
        false => format!("`{}`.", operation.name),
    };
    let docs = doc(operation.doc.as_deref(), &title);
    let how = match (dump, mode.returns, mode.reply) {
        (true, _, Some(_)) => " Answers a dump, with an object for each.",
        (true, _, None) => " Answers a dump that has no objects.",
        (false, Some(_), _) => " The result is the number that the request is acknowledged with.",
        (false, None, Some(_)) => " Answers with a reply.",
        (false, None, None) => " The request is acknowledged.",
    };
    let (method, request) = (ident(method), request(family, mode));
    let (call, result) = match (dump, mode.returns, mode.reply) {
        (true, _, _) => (quote!(<'_, #request>), quote!(())),
        (false, Some(_), _) => (quote!(<'_>), quote!(u32)),
        (false, None, Some(_)) => (quote!(<'_, #request>), quote!(nl::server::Replied)),
        (false, None, None) => (quote!(<'_>), quote!(())),
    };
    quote! {
        #docs
        ///
        #[doc = #how]
        ///
        /// # Errors
        /// Why the request is refused.
        fn #method(
            &mut self,
            request: &#request,
            call: nl::server::Call #call,
        ) -> ::core::result::Result<#result, nl::server::Refused> {
            let _ = request;
            ::core::result::Result::Err(call.unknown())
        }
    }
}

/// How a request gets to its method.
fn answer(served: &Served<'_>) -> TokenStream {
    let method = ident(&served.method);
    let mode = served.mode;
    let way = match (served.dump, mode.returns, mode.reply) {
        (true, _, _) => "dump",
        (false, Some(_), _) => "returning",
        (false, None, Some(_)) => "call",
        (false, None, None) => "act",
    };
    let way = ident(way);
    quote!(asked.#way(|request, call| Server::#method(&mut self.0, request, call)))
}

/// How the events of the family are sent.
fn announce(family: &Family) -> Option<TokenStream> {
    if family.notifications.is_empty() {
        return None;
    }
    let mut commands = TokenStream::new();
    let mut groups = TokenStream::new();
    let mut bodies = TokenStream::new();
    for told in &family.notifications {
        let variant = ident(&told.variant);
        let command = proc_macro2::Literal::u16_unsuffixed(told.command);
        let (any, message) = match told.message {
            Some(_) => (quote!((_)), quote!((message))),
            None => (quote!(), quote!()),
        };
        commands.extend(quote!(super::Event::#variant #any => #command,));
        let known = family
            .groups
            .iter()
            .find(|group| Some(&group.name) == told.group.as_ref());
        if let Some(group) = known {
            let group = ident(&group.ident);
            groups.extend(quote! {
                super::Event::#variant #any => ::core::option::Option::Some(super::group::#group),
            });
        }
        let body = match told.message {
            Some(_) => quote!(nl::Encode::to_bytes(message)),
            None => quote!(nl::Encode::to_bytes(&())),
        };
        bodies.extend(quote!(super::Event::#variant #message => #body,));
    }
    Some(quote! {
        impl nl::server::Announce for super::Event<'_> {
            fn command(&self) -> u16 {
                match self {
                    #commands
                    super::Event::Unknown { command, .. } => *command,
                }
            }

            #[allow(clippy::match_single_binding, reason = "events may all have no group")]
            fn group(&self) -> ::core::option::Option<nl::Group> {
                match self {
                    #groups
                    _ => ::core::option::Option::None,
                }
            }

            fn body(&self) -> ::core::result::Result<nl::server::Body, nl::EncodeError> {
                match self {
                    #bodies
                    super::Event::Unknown { attributes, .. } => {
                        nl::Encode::to_bytes(&nl::Raw(attributes.as_bytes()))
                    }
                }
            }
        }
    })
}
