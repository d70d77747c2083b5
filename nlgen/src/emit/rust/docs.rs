//! Doc comments from the texts of specs, which are not Markdown.

use proc_macro2::TokenStream;
use quote::quote;

use crate::text::markdown;

/// Characters of a line, without its margin.
const WIDTH: usize = 92;

/// Doc lines for a text, or for `fallback` when there is none.
pub(super) fn doc(text: Option<&str>, fallback: &str) -> TokenStream {
    lines(text.unwrap_or(fallback))
}

/// Doc lines for a title and, below it, what the spec says.
pub(super) fn titled(title: &str, text: Option<&str>) -> TokenStream {
    let title = lines(&format!("{title}."));
    match text {
        None => title,
        Some(text) => {
            let text = lines(text);
            quote! { #title #[doc = ""] #text }
        }
    }
}

pub(super) fn lines(text: &str) -> TokenStream {
    let mut out = TokenStream::new();
    for (at, paragraph) in text.trim().split("\n\n").enumerate() {
        if at > 0 {
            out.extend(quote!(#[doc = ""]));
        }
        for line in markdown::lines(paragraph, WIDTH) {
            // A space, as in a comment written by hand.
            let line = format!(" {line}");
            out.extend(quote!(#[doc = #line]));
        }
    }
    out
}
