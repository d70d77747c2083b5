//! The static tables of a server: operations, groups, and what is accepted of their attributes.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Served, request};
use crate::emit::policies::{Check, Checked, Kind, Rule, checked, checked_from, rule};
use crate::emit::rust::types::ident;
use crate::model::name::upper_of_camel;
use crate::model::{Attribute, Family, Int, Order, SetId};

/// The modules with the rules, and the table of operations.
pub(super) fn tables(family: &Family, served: &[Served<'_>]) -> (TokenStream, TokenStream) {
    let checks: Vec<Checked<'_>> = served
        .iter()
        .map(|served| checked(family, served.operation, served.mode, served.dump))
        .collect();
    let entries = served.iter().zip(&checks).map(|(served, checks)| {
        let request = request(family, served.mode);
        let (new, kind) = match served.dump {
            true => ("dump", "Dump"),
            false => ("doit", "Request"),
        };
        let (new, kind) = (ident(new), ident(kind));
        let header = family.message(served.mode.request).header.as_ref();
        let header = header.map(|(id, _)| {
            let len = Literal::usize_unsuffixed(family.structure(*id).len);
            quote!(.header(#len))
        });
        let policies = checks.attributes.as_ref().map(|attributes| {
            match rules(family, attributes).is_empty() {
                true => quote!(.checks(nl::server::Policies::NONE)),
                false => {
                    let table = table(family, served);
                    quote!(.checks(&request::#table))
                }
            }
        });
        let liberal = (!checks.strict).then(|| quote!(.liberal()));
        quote! {
            nl::server::Entry::#new(<#request as nl::#kind>::OP) #header #policies #liberal
        }
    });
    let groups = family.groups.iter().map(|group| {
        let group = ident(&group.ident);
        quote!(super::group::#group)
    });
    let from = Literal::u16_unsuffixed(checked_from(family));
    let all = quote! {
        static SERVED: nl::server::Served = nl::server::Served {
            family: &super::FAMILY,
            operations: &[#(#entries),*],
            groups: &[#(#groups),*],
            checked_from: #from,
        };
    };
    let mut statics = TokenStream::new();
    let mut open = Vec::new();
    for (served, checks) in served.iter().zip(&checks) {
        let attributes = checks.attributes.as_deref().unwrap_or_default();
        let rules = rules(family, attributes);
        if rules.is_empty() {
            continue;
        }
        let table = table(family, served);
        statics.extend(policies(
            family,
            &table,
            &rules,
            &quote!(super::inside::),
            &mut open,
        ));
    }
    let mut inside = TokenStream::new();
    let mut done: Vec<SetId> = Vec::new();
    while let Some(id) = open.pop() {
        if done.contains(&id) {
            continue;
        }
        done.push(id);
        let set = family.set(id);
        let attributes: Vec<&Attribute> = set.attributes.iter().collect();
        let mut rules = rules(family, &attributes);
        // In C the greatest number counts, though it may be that of an attribute that must not be sent.
        let greatest = attributes.iter().map(|attr| attr.number).max();
        let ruled = rules.last().map_or(0, |(number, _)| *number);
        if let Some(greatest) = greatest.filter(|greatest| *greatest > ruled) {
            rules.push((greatest, Rule::REFUSED));
        }
        let table = ident(&set.table);
        inside.extend(policies(
            family,
            &table,
            &rules,
            &TokenStream::new(),
            &mut open,
        ));
    }
    let uses = quote! {
        use super::nl::server::{Policies, Rule};
    };
    let requests = (!statics.is_empty()).then(|| {
        quote! {
            /// What is accepted of each request's attributes.
            mod request {
                #uses
                #statics
            }
        }
    });
    let nests = (!inside.is_empty()).then(|| {
        quote! {
            /// What is accepted of the attributes inside others, by their sets.
            mod inside {
                #uses
                #inside
            }
        }
    });
    (quote!(#requests #nests), all)
}

fn table(family: &Family, served: &Served<'_>) -> proc_macro2::Ident {
    let request = family.message(served.mode.request);
    ident(&upper_of_camel(&request.ident))
}

/// The rules of attributes by their numbers, in ascending order. Of attributes with one number the last counts, as in C.
fn rules(family: &Family, attributes: &[&Attribute]) -> Vec<(u16, Rule)> {
    let mut rules: Vec<(u16, Rule)> = Vec::new();
    for attr in attributes {
        let Some(rule) = rule(family, attr) else {
            continue;
        };
        rules.retain(|(number, _)| *number != attr.number);
        rules.push((attr.number, rule));
    }
    rules.sort_by_key(|(number, _)| *number);
    rules
}

fn policies(
    family: &Family,
    table: &proc_macro2::Ident,
    rules: &[(u16, Rule)],
    path: &TokenStream,
    open: &mut Vec<SetId>,
) -> TokenStream {
    let rules = rules.iter().map(|(number, rule)| {
        let number = Literal::u16_unsuffixed(*number);
        if let Kind::Nested(Some(set)) | Kind::NestedArray(set) = rule.kind {
            open.push(set);
        }
        let rule = one(family, rule, path);
        quote!((#number, #rule))
    });
    let rules: Vec<_> = rules.collect();
    quote! {
        pub(super) static #table: Policies = Policies::new(&[#(#rules),*]);
    }
}

fn one(family: &Family, rule: &Rule, path: &TokenStream) -> TokenStream {
    let new = |kind: &str| {
        let kind = ident(kind);
        quote!(Rule::#kind)
    };
    let inside = |set: SetId| ident(&family.set(set).table);
    let made = match rule.kind {
        Kind::Int(int) => new(host(int)),
        Kind::Network(int) if int.bytes == 2 => new("BE16"),
        Kind::Network(_) => new("BE32"),
        Kind::Flag => new("FLAG"),
        Kind::Unspec => new("UNSPEC"),
        Kind::String => new("STRING"),
        Kind::NulString => new("NUL_STRING"),
        Kind::Binary => new("BINARY"),
        Kind::Bitfield32 => new("BITFIELD32"),
        Kind::Nested(Some(set)) => {
            let set = inside(set);
            quote!(Rule::nest(|| &#path #set))
        }
        Kind::NestedArray(set) => {
            let set = inside(set);
            quote!(Rule::array(|| &#path #set))
        }
        Kind::Nested(None) => new("NESTED"),
    };
    let len = rule.len.map(|len| {
        let len = Literal::u16_unsuffixed(u16::try_from(len).unwrap_or(u16::MAX));
        quote!(.len(#len))
    });
    let check = check(&rule.check);
    quote!(#made #len #check)
}

fn check(check: &Check) -> TokenStream {
    let number = Literal::i128_unsuffixed;
    match check {
        Check::None | Check::Limits(None, None) => TokenStream::new(),
        Check::Limits(Some(least), Some(greatest)) => {
            let (least, greatest) = (number(*least), number(*greatest));
            quote!(.range(#least, #greatest))
        }
        Check::Limits(Some(least), None) => {
            let least = number(*least);
            quote!(.min(#least))
        }
        Check::Limits(None, Some(greatest)) => {
            let greatest = number(*greatest);
            quote!(.max(#greatest))
        }
        Check::Mask(bits) => {
            let bits = Literal::u64_unsuffixed(*bits);
            quote!(.mask(#bits))
        }
        Check::Shortest(len) => {
            let len = Literal::usize_unsuffixed(*len);
            quote!(.shortest(#len))
        }
        Check::Function {
            int,
            limits: (least, greatest),
            mask,
            values,
        } => {
            let (int, least, greatest) = (order(*int), number(*least), number(*greatest));
            let bits = mask.map(|bits| {
                let bits = Literal::u64_unsuffixed(bits);
                quote!(.bits(#bits))
            });
            let values = values.iter().map(|value| number(*value));
            let values: Vec<_> = values.collect();
            let values = (!values.is_empty()).then(|| quote!(.values(&[#(#values),*])));
            quote!(.function(super::nl::server::Function::new(#int, #least, #greatest) #bits #values))
        }
    }
}

/// The kind of an integer, whatever the order of its bytes.
fn host(int: Int) -> &'static str {
    match (int.bytes, int.signed) {
        (1, false) => "U8",
        (2, false) => "U16",
        (4, false) => "U32",
        (8, false) => "U64",
        (1, true) => "S8",
        (2, true) => "S16",
        (4, true) => "S32",
        (8, true) => "S64",
        (_, false) => "UINT",
        (_, true) => "SINT",
    }
}

/// The integer as the runtime describes it.
fn order(int: Int) -> TokenStream {
    let name = ident(host(int));
    match int.order {
        Order::Host => quote!(super::nl::Int::#name),
        Order::Big => quote!(super::nl::Int::#name.be()),
        Order::Little => quote!(super::nl::Int::#name.le()),
    }
}
