//! Compiles the C of libmnl's side, where it is wanted.

fn main() {
    println!("cargo:rerun-if-changed=src/peers/libmnl.c");
    #[cfg(feature = "libmnl")]
    {
        cc::Build::new()
            .file("src/peers/libmnl.c")
            .opt_level(2)
            .warnings_into_errors(false)
            .compile("bench_libmnl");
        println!("cargo:rustc-link-lib=mnl");
    }
}
