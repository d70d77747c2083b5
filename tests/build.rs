//! Generates all families that ship and the example `memo`, both ends, and for each the code that opens its messages
//! whole.
//!
//! `nlgen_tests::Open` is implemented for each message struct by a walk over all its fields, so a field
//! type that cannot be opened does not compile. Nothing is listed by hand.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{env, fs};

use nlgen::span::Source;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Fields, Generics, Ident, Item, Token};

/// A spec that is none of those that ship: a link, which a package has as a file.
const MEMO: &str = "memo.yaml";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={MEMO}");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let runtime = nlgen::emit::rust::runtime("::nlgen_runtime").ok_or("a path of Rust")?;
    let mut modules = TokenStream::new();
    let mut functions = Vec::new();
    let mut names = Vec::new();
    let (mut all, mut events) = (Vec::new(), Vec::new());
    let memo = fs::read_to_string(MEMO)?;
    let shipped = nlgen_families::SPECS.iter();
    let specs = shipped.map(|spec| (spec.file, spec.text));
    for (file, text) in specs.chain([("memo.yaml", &*memo)]) {
        let stem = file.trim_end_matches(".yaml");
        // A word of Rust has no hyphens.
        let module = format_ident!("{}", stem.replace('-', "_"));
        let path = format!("/{stem}.rs");
        modules.extend(quote! {
            #[allow(missing_docs, reason = "specs of the tests")]
            pub mod #module {
                include!(concat!(env!("OUT_DIR"), #path));
            }
        });
        let family = nlgen::load(Source::new(file, text))?;
        let mut tokens = nlgen::emit::rust::family(&family, &runtime);
        tokens.extend(nlgen::emit::rust::server(&family));
        let generated: syn::File = syn::parse2(tokens)?;
        let code = prettyplease::unparse(&generated);
        fs::write(out.join(format!("{stem}.rs")), code)?;
        if has_events(&generated.items) {
            events.push(module.clone());
        }
        let (open, messages) = open_family(&module, &generated.items);
        modules.extend(open);
        all.extend(messages);
        functions.push(format_ident!("{module}_messages"));
        names.push(module.to_string());
    }
    let (numbers, count) = (0..all.len(), all.len());
    modules.extend(quote! {
        /// How many messages and sets the families have together.
        pub const MESSAGES: usize = #count;

        /// Reads `bytes` as one of the messages and sets of all families: that with the number `nth`, from 0 up to
        /// [`MESSAGES`].
        pub fn nth_message<V: Visit>(nth: usize, bytes: &[u8], visit: &mut V) {
            match nth {
                #(
                    #numbers => if let Some(written) = visit.message::<#all>(bytes) {
                        visit.written::<#all>(&written);
                    },
                )*
                _ => {}
            }
        }

        /// Reads `bytes` as an event of each family, and gives how many families have one with this command.
        pub fn events(command: u16, bytes: &[u8]) -> usize {
            let mut known = 0;
            #(
                let event = <#events::Event<'_> as nlgen_runtime::EventSet>::decode_event(command, bytes);
                known += usize::from(!matches!(event, Ok(#events::Event::Unknown { .. })));
                assert!(!format!("{event:?}").is_empty());
            )*
            known
        }

        /// Reads `bytes` as each of the messages and sets of all families.
        pub fn messages<V: Visit>(bytes: &[u8], visit: &mut V) {
            #( #functions(bytes, visit); )*
        }

        /// Reads `bytes` as each of the messages and sets of the family of this module.
        pub fn messages_of<V: Visit>(module: &str, bytes: &[u8], visit: &mut V) {
            match module {
                #( #names => #functions(bytes, visit), )*
                _ => {}
            }
        }
    });
    let file = prettyplease::unparse(&syn::parse2(modules)?);
    fs::write(out.join("families.rs"), file)?;
    Ok(())
}

/// The impls of `Open` for a family's types with its function `MODULE_messages`, and the messages' types.
fn open_family(module: &Ident, items: &[Item]) -> (TokenStream, Vec<TokenStream>) {
    let messages = messages(items);
    let mut tokens = TokenStream::new();
    let mut names = Vec::new();
    for item in items {
        if let Some(Declared { name, life, fields }) = declared(item)
            && messages.contains(&name.to_string())
        {
            tokens.extend(quote! {
                impl Open for #module::#name #life {
                    fn open(&self, _depth: u32) -> bool {
                        // All, also after one that could not be decoded.
                        true #( & self.#fields.open(_depth) )*
                    }
                }
            });
            names.push(quote!(#module::#name #life));
            continue;
        }
        match item {
            // The structs of C.
            Item::Struct(item) => {
                let name = &item.ident;
                let life = item.generics.lifetimes().next().map(|_| quote!(<'_>));
                tokens.extend(leaf(&quote!(#module::#name #life)));
            }
            Item::Enum(item) if item.generics.lifetimes().next().is_none() => {
                let name = &item.ident;
                tokens.extend(leaf(&quote!(#module::#name)));
            }
            // Those with fields that have names are the events of a family.
            Item::Enum(item)
                if !item
                    .variants
                    .iter()
                    .any(|variant| matches!(variant.fields, Fields::Named(_))) =>
            {
                tokens.extend(open_sub_message(module, item));
            }
            Item::Macro(item) => tokens.extend(flags(module, item)),
            _ => {}
        }
    }
    let function = format_ident!("{module}_messages");
    let doc = format!("Reads `bytes` as each of the messages and sets of the family `{module}`.");
    tokens.extend(quote! {
        #[doc = #doc]
        pub fn #function<V: Visit>(bytes: &[u8], visit: &mut V) {
            #(
                if let Some(written) = visit.message::<#names>(bytes) {
                    visit.written::<#names>(&written);
                }
            )*
        }
    });
    (tokens, names)
}

/// A struct with named fields.
struct Declared {
    name: Ident,
    /// Its parameter, if it has one.
    life: Option<TokenStream>,
    fields: Vec<Ident>,
}

/// The struct that an item declares, by itself or inside `setters!`.
fn declared(item: &Item) -> Option<Declared> {
    match item {
        Item::Struct(item) => {
            let Fields::Named(fields) = &item.fields else {
                return None;
            };
            Some(Declared {
                name: item.ident.clone(),
                life: item.generics.lifetimes().next().map(|_| quote!(<'_>)),
                fields: fields
                    .named
                    .iter()
                    .filter_map(|field| field.ident.clone())
                    .collect(),
            })
        }
        Item::Macro(item) if item.mac.path.segments.last()?.ident == "setters" => {
            let parser = |input: ParseStream<'_>| {
                input.call(Attribute::parse_outer)?;
                input.parse::<Token![pub]>()?;
                input.parse::<Token![struct]>()?;
                let name: Ident = input.parse()?;
                let generics: Generics = input.parse()?;
                let body;
                syn::braced!(body in input);
                let mut fields = Vec::new();
                while !body.is_empty() {
                    body.call(Attribute::parse_outer)?;
                    fields.push(body.parse()?);
                    body.parse::<Token![:]>()?;
                    // The word, and the type in parentheses.
                    body.parse::<Ident>()?;
                    body.parse::<proc_macro2::Group>()?;
                    body.parse::<Token![,]>()?;
                }
                let life = generics.lifetimes().next().map(|_| quote!(<'_>));
                Ok(Declared { name, life, fields })
            };
            parser.parse2(item.mac.tokens.clone()).ok()
        }
        _ => None,
    }
}

/// Whether there is an enum of events: it has a variant with named fields, for those that are not known.
fn has_events(items: &[Item]) -> bool {
    items.iter().any(|item| match item {
        Item::Enum(item) => item
            .variants
            .iter()
            .any(|variant| matches!(variant.fields, Fields::Named(_))),
        _ => false,
    })
}

/// A value without parts.
fn leaf(kind: &TokenStream) -> TokenStream {
    quote!(impl Open for #kind { fn open(&self, _depth: u32) -> bool { true } })
}

/// A sub-message: what its format holds is opened.
fn open_sub_message(module: &Ident, item: &syn::ItemEnum) -> TokenStream {
    let name = &item.ident;
    let arms = item.variants.iter().map(|variant| {
        let variant_name = &variant.ident;
        let parts: Vec<_> = (0..variant.fields.len())
            .map(|n| format_ident!("part{n}"))
            .collect();
        match parts.is_empty() {
            true => quote!(Self::#variant_name => true),
            false => quote!(Self::#variant_name(#(#parts),*) => true #( & #parts.open(_depth) )*),
        }
    });
    quote! {
        impl Open for #module::#name<'_> {
            fn open(&self, _depth: u32) -> bool {
                match self {
                    #(#arms,)*
                }
            }
        }
    }
}

/// The names of the message structs: each has a table, `message!(NAME, …)`.
fn messages(items: &[Item]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for item in items {
        let Item::Macro(item) = item else { continue };
        let table = item.mac.path.segments.last();
        if table.is_some_and(|segment| segment.ident == "message")
            && let Some(name) = item.mac.tokens.clone().into_iter().next()
        {
            names.insert(name.to_string());
        }
    }
    names
}

/// Flags are declared inside `flag_set!`: the words after each `pub struct`.
fn flags(module: &Ident, item: &syn::ItemMacro) -> TokenStream {
    let words: Vec<String> = item
        .mac
        .tokens
        .clone()
        .into_iter()
        .map(|token| token.to_string())
        .collect();
    let mut tokens = TokenStream::new();
    for window in words.windows(3) {
        if let [visible, kind, name] = window
            && visible == "pub"
            && kind == "struct"
        {
            let name = format_ident!("{name}");
            tokens.extend(leaf(&quote!(#module::#name)));
        }
    }
    tokens
}
