//! Formatting for people.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, Ident, Item, Token, Visibility};

use super::table;

/// Formats items. Tokens that do not parse are printed as they are.
pub(super) fn format(tokens: &TokenStream) -> String {
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => format_items(file.items),
        Err(_) => super::one_a_line(tokens),
    }
}

/// Items with an empty line between them, but for those that belong together.
fn format_items(items: Vec<Item>) -> String {
    let mut out = String::new();
    let mut last_was_use = false;
    for item in items {
        let is_use = matches!(item, Item::Use(_));
        let close = (is_use && last_was_use) || matches!(&item, Item::Macro(_) if !declares(&item));
        if !out.is_empty() && !close {
            out.push('\n');
        }
        last_was_use = is_use;
        out.push_str(&format_item(item));
    }
    out
}

fn format_item(item: Item) -> String {
    if let Item::Macro(invocation) = &item
        && is_flag_set(&item)
        && let Ok(flags) = syn::parse2::<FlagSet>(invocation.mac.tokens.clone())
    {
        let path = invocation
            .mac
            .path
            .to_token_stream()
            .to_string()
            .replace(' ', "");
        return flags.format(&path);
    }
    if let Item::Macro(invocation) = &item
        && let Some(text) = table::format(invocation)
    {
        return text;
    }
    prettyplease::unparse(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    })
}

/// Whether it is a macro around an item of its own.
fn declares(item: &Item) -> bool {
    is_flag_set(item)
        || matches!(item, Item::Macro(item)
            if item.mac.path.segments.last().is_some_and(|last| last.ident == "setters"))
}

fn is_flag_set(item: &Item) -> bool {
    matches!(item, Item::Macro(item)
        if item.mac.path.segments.last().is_some_and(|last| last.ident == "flag_set"))
}

/// What stands in `flag_set!`, which formatters leave as it is.
struct FlagSet {
    attrs: Vec<Attribute>,
    visibility: Visibility,
    name: Ident,
    bits: Ident,
    flags: Vec<(Vec<Attribute>, Ident, Expr)>,
}

impl Parse for FlagSet {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        input.parse::<Token![struct]>()?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        let bits = input.parse()?;
        let content;
        syn::braced!(content in input);
        let mut flags = Vec::new();
        while !content.is_empty() {
            let attrs = content.call(Attribute::parse_outer)?;
            content.parse::<Token![const]>()?;
            let name = content.parse()?;
            content.parse::<Token![=]>()?;
            let value = content.parse()?;
            content.parse::<Token![;]>()?;
            flags.push((attrs, name, value));
        }
        Ok(Self {
            attrs,
            visibility,
            name,
            bits,
            flags,
        })
    }
}

impl FlagSet {
    fn format(&self, path: &str) -> String {
        let visibility = self.visibility.to_token_stream();
        let mut out = format!("{path}! {{\n");
        format_attrs(&self.attrs, "    ", &mut out);
        out += &format!("    {visibility} struct {}: {} {{\n", self.name, self.bits);
        for (attrs, name, value) in &self.flags {
            format_attrs(attrs, "        ", &mut out);
            let value = value.to_token_stream();
            out += &format!("        const {name} = {value};\n");
        }
        out + "    }\n}\n"
    }
}

fn format_attrs(attrs: &[Attribute], margin: &str, out: &mut String) {
    for attr in attrs {
        let text = match &attr.meta {
            syn::Meta::NameValue(doc) if doc.path.is_ident("doc") => match &doc.value {
                Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) => format!("///{}", text.value()),
                _ => attr.to_token_stream().to_string(),
            },
            syn::Meta::List(list) => {
                let name = list.path.to_token_stream();
                format!("#[{name}({})]", list.tokens.to_string().replace(" ,", ","))
            }
            _ => attr.to_token_stream().to_string(),
        };
        out.push_str(margin);
        out.push_str(text.trim_end());
        out.push('\n');
    }
}
