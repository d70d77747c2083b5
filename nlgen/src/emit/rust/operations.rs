//! The family itself, its operations, events and groups.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::codec;
use super::docs::{doc, titled};
use super::types::ident;
use crate::model::{Family, MessageId, Mode, Notification, Operation, Permission, Protocol};

pub(super) fn head(family: &Family) -> TokenStream {
    let title = match family.protocol {
        Protocol::Generic { .. } => format!("The generic netlink family `{}`", family.name),
        Protocol::Raw { .. } => format!("The netlink protocol `{}`", family.name),
    };
    let docs = titled(&title, family.doc.as_deref());
    let name = &family.name;
    let family = match family.protocol {
        Protocol::Generic { version } => {
            let version = Literal::u8_unsuffixed(version);
            quote!(nl::Family::new(#name, #version))
        }
        Protocol::Raw { number } => {
            let number = Literal::u16_unsuffixed(number);
            quote!(nl::Family::raw(#name, #number))
        }
    };
    quote! {
        #docs
        pub static FAMILY: nl::Family = #family;
    }
}

pub(super) fn groups(family: &Family) -> TokenStream {
    if family.groups.is_empty() {
        return TokenStream::new();
    }
    let groups = family.groups.iter().map(|group| {
        let joining = group.permission.needs();
        let joining = joining.map(|needs| format!(" Who joins {needs}."));
        let title = format!("The group `{}`.{}", group.name, joining.unwrap_or_default());
        let docs = doc(None, &title);
        let (constant, name) = (ident(&group.ident), &group.name);
        let group = match group.number {
            None => quote!(nl::Group::new(&super::FAMILY, #name)),
            Some(number) => {
                let number = Literal::u32_unsuffixed(number);
                quote!(nl::Group::numbered(&super::FAMILY, #name, #number))
            }
        };
        quote! {
            #docs
            pub const #constant: nl::Group = #group;
        }
    });
    quote! {
        /// The multicast groups of the family.
        pub mod group {
            use super::nl;
            #(#groups)*
        }
    }
}

/// What makes structs requests: for each message, in their order, nothing where it is none.
pub(super) fn asked(family: &Family) -> Vec<TokenStream> {
    let mut all = vec![TokenStream::new(); family.messages.len()];
    for operation in &family.operations {
        let modes = [(&operation.doit, "Request"), (&operation.dump, "Dump")];
        for (mode, kind) in modes {
            let Some(mode) = mode else { continue };
            if let Some(message) = all.get_mut(mode.request.0) {
                message.extend(request(family, operation, mode, kind));
            }
        }
    }
    all
}

fn request(family: &Family, operation: &Operation, mode: &Mode, kind: &str) -> TokenStream {
    let kind = ident(kind);
    let message = family.message(mode.request);
    let request = ident(&message.ident);
    let life = message.borrows.then(|| quote!(<'_>));
    let reply = match mode.reply {
        Some(reply) => borrowed(family, reply, &quote!('r)),
        None => quote!(()),
    };
    let name = &operation.name;
    let command = Literal::u16_unsuffixed(mode.command);
    let replies = mode.reply_command.map(|reply| {
        let reply = Literal::u16_unsuffixed(reply);
        quote!(.replies(#reply))
    });
    let lacks = [
        mode.lacks.port_id.then(|| quote!(.without_port_id())),
        mode.lacks.sequence.then(|| quote!(.without_sequence())),
    ];
    let lacks = lacks.into_iter().flatten();
    let returns = mode.returns.map(|number| {
        let number = Literal::u16_unsuffixed(number);
        quote!(.returns(#number))
    });
    let needs = needs(operation.permission);
    quote! {
        impl nl::#kind for #request #life {
            const OP: &'static nl::Operation =
                &nl::Operation::new(&FAMILY, #name, #command) #replies #(#lacks)* #returns #needs;
            type Reply<'r> = #reply;
        }
    }
}

/// The capability that an operation needs, if the spec says so.
fn needs(permission: Permission) -> Option<TokenStream> {
    match permission {
        Permission::Anybody => None,
        Permission::Admin => Some(quote!(.needs(nl::Permission::Admin))),
        Permission::NamespaceAdmin => Some(quote!(.needs(nl::Permission::NamespaceAdmin))),
    }
}

fn borrowed(family: &Family, id: MessageId, life: &TokenStream) -> TokenStream {
    let message = family.message(id);
    let name = ident(&message.ident);
    let life = message.borrows.then(|| quote!(<#life>));
    quote!(#name #life)
}

/// One enum for all that the family tells without being asked.
pub(super) fn events(family: &Family) -> TokenStream {
    if family.notifications.is_empty() {
        return TokenStream::new();
    }
    let variants = family.notifications.iter().map(|told| {
        let docs = doc(told.doc.as_deref(), &format!("`{}`.", told.name));
        let variant = ident(&told.variant);
        match told.message {
            Some(message) => {
                let carried = borrowed(family, message, &quote!('a));
                quote! { #docs #variant(#carried), }
            }
            None => quote! { #docs #variant, },
        }
    });
    let events: Vec<codec::Event> = family.notifications.iter().map(event).collect();
    let codec = codec::Events {
        nl: &quote!(nl),
        name: &ident("Event"),
        elided: quote!(Event<'_>),
        borrowed: quote!(Event<'r>),
        family: quote!(&FAMILY),
        events: &events,
        other: codec::Other::Kept(quote! {
            Event::Unknown { command, attributes: nl::Attrs::new(attributes) }
        }),
    }
    .implement();
    let names = family.notifications.iter().map(|told| {
        let (variant, name) = (ident(&told.variant), &told.name);
        let message = told.message.map(|_| quote!((message)));
        quote!(#variant #message => #name,)
    });
    let mut attributes = family.sets.iter().flat_map(|set| &set.attributes);
    let secret = attributes.any(|attr| attr.secret).then(|| quote!(secret));
    quote! {
        /// What the family tells without being asked.
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        #[allow(clippy::large_enum_variant, reason = "events are borrowed and read where they are")]
        #[non_exhaustive]
        pub enum Event<'a> {
            #(#variants)*
            /// A command that the specification does not have.
            Unknown {
                /// The command.
                command: u16,
                /// The attributes.
                attributes: nl::Attrs<'a>,
            },
        }

        #codec

        nl::events!(Event<'_>, #secret { #(#names)* });
    }
}

fn event(told: &Notification) -> codec::Event {
    let command = Literal::u16_unsuffixed(told.command);
    codec::Event {
        command: quote!(#command),
        variant: ident(&told.variant),
        carried: told
            .message
            .map(|_| quote!(nl::Decode::decode(attributes)?)),
    }
}
