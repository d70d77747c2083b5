//! The door `family!`: a spec's items in place of the macro.

use std::path::{Path, PathBuf};

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Error, LitStr, Result, Token};

use crate::builder::text;
use crate::catalog::Catalog;
use crate::span::Source;
use crate::{emit, load_with, overlay_of};

/// The items of the spec that `"specs/exam.yaml"`, or `"specs/exam.yaml", server, runtime = ::path`, names
/// relative to `folder`, with the overlay beside it if there is one (see
/// [`load_with`](crate::load_with)); or a `compile_error!` at the name, with all problems of the spec.
/// `kernel_spec = "nl80211"` in place of the path names the family of a spec that the catalogue has.
///
/// The items include the spec's text as a constant without a name, so that the compiler notices when
/// the spec changes.
#[must_use]
pub fn family(arguments: TokenStream, folder: &Path) -> TokenStream {
    family_from(arguments, folder, Catalog::from_env)
}

/// As [`family`], with the places that families are looked for in.
#[must_use]
pub fn family_from(
    arguments: TokenStream,
    folder: &Path,
    catalog: impl FnOnce() -> Catalog,
) -> TokenStream {
    let expanded =
        syn::parse2::<Arguments>(arguments).and_then(|given| expand(&given, folder, catalog));
    expanded.unwrap_or_else(Error::into_compile_error)
}

/// What stands between the parentheses of `family!`.
struct Arguments {
    /// The name is that of a family, not the path of a file.
    by_family: bool,
    name: LitStr,
    runtime: Option<TokenStream>,
    /// Whether the other end is generated, too.
    server: bool,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let by_family = !input.peek(LitStr) && !input.is_empty();
        if by_family {
            let key: Ident = input.parse()?;
            if key != "kernel_spec" {
                let message = "begin with the path of a spec, or with `kernel_spec = \"FAMILY\"`";
                return Err(Error::new(key.span(), message));
            }
            input.parse::<Token![=]>()?;
        }
        let mut given = Self {
            by_family,
            name: input.parse()?,
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

/// A file that is read: where it is, and how messages call it. The name is the one that was given: messages must not
/// depend on where the sources lie.
struct Named {
    path: PathBuf,
    name: PathBuf,
}

/// The spec and its overlays.
fn files(
    given: &Arguments,
    folder: &Path,
    catalog: impl FnOnce() -> Catalog,
) -> Result<(Named, Vec<Named>)> {
    let name = given.name.value();
    let as_it_is = |path: &Path| Named {
        path: path.to_path_buf(),
        name: path.to_path_buf(),
    };
    if !given.by_family {
        let path = folder.join(&name);
        let overlay = overlay_of(&path).map(|path| Named {
            path,
            name: Path::new(&name).with_extension("overlay.yaml"),
        });
        let name = name.into();
        return Ok((Named { path, name }, overlay.into_iter().collect()));
    }
    let found = catalog().find(&name).map_err(|error| {
        let message = format!("{error}; {}", error.help());
        Error::new(given.name.span(), message)
    })?;
    let Some(path) = found.path() else {
        let message = format!("`{name}` ships with the program: use its module");
        return Err(Error::new(given.name.span(), message));
    };
    let overlays = found.overlays().iter().map(|path| as_it_is(path));
    Ok((as_it_is(path), overlays.collect()))
}

fn expand(
    given: &Arguments,
    folder: &Path,
    catalog: impl FnOnce() -> Catalog,
) -> Result<TokenStream> {
    let fail = |message: String| Error::new(given.name.span(), message);
    let (spec, overlays) = files(given, folder, catalog)?;
    let mut watched = match given.by_family {
        true => quote! {
            const _: ::core::option::Option<&str> = ::core::option_env!("NLGEN_SPECS");
        },
        false => TokenStream::new(),
    };
    let mut read = |file: &Named| {
        let text = text(&file.path).map_err(|error| {
            let name = file.name.display();
            fail(format!(
                "`{name}` cannot be read: {error}; paths begin at the folder of Cargo.toml"
            ))
        })?;
        let Some(absolute) = file.path.to_str() else {
            return Err(fail("the path of the spec is not UTF-8".to_owned()));
        };
        watched.extend(quote! { const _: &str = ::core::include_str!(#absolute); });
        Ok(Source::new(&file.name, text))
    };
    let source = read(&spec)?;
    let overlays: Result<Vec<Source>> = overlays.iter().map(read).collect();
    let loaded = load_with(source, overlays?);
    let name = given.name.value();
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
