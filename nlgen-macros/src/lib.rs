//! stub
use proc_macro::TokenStream;
/// stub
#[proc_macro]
pub fn family(_: TokenStream) -> TokenStream {
    TokenStream::new()
}
/// stub
#[proc_macro_derive(Encode, attributes(nl))]
pub fn encode(_: TokenStream) -> TokenStream {
    TokenStream::new()
}
/// stub
#[proc_macro_derive(Decode, attributes(nl))]
pub fn decode(_: TokenStream) -> TokenStream {
    TokenStream::new()
}
/// stub
#[proc_macro_derive(Request, attributes(nl))]
pub fn request(_: TokenStream) -> TokenStream {
    TokenStream::new()
}
/// stub
#[proc_macro_derive(Dump, attributes(nl))]
pub fn dump(_: TokenStream) -> TokenStream {
    TokenStream::new()
}
