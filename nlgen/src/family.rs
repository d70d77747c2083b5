//! The door `family!`: a spec's items in place of the macro.

use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, LitStr, Result, Token};

use crate::builder::text;
use crate::span::Source;
use crate::{emit, load_with, overlay_of};

/// The items of the spec that `"specs/exam.yaml"`, or `"specs/exam.yaml", server, runtime = ::path`, names
/// relative to `folder`, with the overlay beside it if there is one (see
/// [`load_with`](crate::load_with)); or a `compile_error!` at the name, with all problems of the spec.
///
/// The items include the spec's text as a constant without a name, so that the compiler notices when
/// the spec changes.
#[must_use]
pub fn family(arguments: TokenStream, folder: &Path) -> TokenStream {
    let expanded = syn::parse2::<Arguments>(arguments).and_then(|given| expand(&given, folder));
    expanded.unwrap_or_else(Error::into_compile_error)
}

/// What stands between the parentheses of `family!`.
struct Arguments {
    spec: LitStr,
    runtime: Option<TokenStream>,
    /// Whether the other end is generated, too.
    server: bool,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut given = Self {
            spec: input.parse()?,
            runtime: None,
            server: false,
        };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let key: Ident = input.parse()?;
            match &*key.to_string() {
                "server" => given.server = true,
                "runtime" => given.runtime = Some(path(input, &key)?),
                _ => {
                    let message =
                        format!("there is no `{key}`; there is `server`, and `runtime = ::path`");
                    return Err(Error::new(key.span(), message));
                }
            }
        }
        Ok(given)
    }
}

/// The path behind `runtime`.
fn path(input: ParseStream<'_>, key: &Ident) -> Result<TokenStream> {
    input.parse::<Token![=]>()?;
    let mut path = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        path.extend([input.parse::<TokenTree>()?]);
    }
    if !emit::rust::is_path(&path) {
        let message = "`runtime` is a path: `runtime = ::my_crate::runtime`";
        return Err(Error::new(key.span(), message));
    }
    Ok(path)
}

fn expand(given: &Arguments, folder: &Path) -> Result<TokenStream> {
    let fail = |message: String| Error::new(given.spec.span(), message);
    let name = given.spec.value();
    let path = folder.join(&name);
    let mut watched = TokenStream::new();
    let mut read = |file: &Path, name: &Path| {
        let text = text(file).map_err(|error| {
            let name = name.display();
            fail(format!(
                "`{name}` cannot be read: {error}; paths begin at the folder of Cargo.toml"
            ))
        })?;
        let Some(absolute) = file.to_str() else {
            return Err(fail("the path of the spec is not UTF-8".to_owned()));
        };
        watched.extend(quote! { const _: &str = ::core::include_str!(#absolute); });
        // The name as it was given: messages must not depend on where the sources lie.
        Ok(Source::new(name, text))
    };
    let spec = read(&path, Path::new(&name))?;
    let overlays = match overlay_of(&path) {
        Some(overlay) => vec![read(
            &overlay,
            &Path::new(&name).with_extension("overlay.yaml"),
        )?],
        None => Vec::new(),
    };
    let loaded = load_with(spec, overlays);
    let family = loaded.map_err(|error| fail(format!("`{name}` has problems\n\n{error}")))?;
    let runtime = match &given.runtime {
        Some(path) => quote!(#path),
        None => quote!(::nlgen_runtime),
    };
    let items = emit::rust::family(&family, &runtime);
    let server = given.server.then(|| emit::rust::server(&family));
    Ok(quote! {
        #items
        #server
        #watched
    })
}
