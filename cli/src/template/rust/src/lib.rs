//! The netlink family `@name@`.

/// A struct for each request, reply and nest, generated from `@name@.yaml`.
pub mod family {
    include!(concat!(env!("OUT_DIR"), "/@name@.rs"));
}
@server-module@
