//! x
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let rt: proc_macro2::TokenStream = a[2].parse().unwrap();
    let t = std::fs::read_to_string(&a[1]).unwrap();
    match nlgen::load(nlgen::span::Source::new(&a[1], t)) {
        Ok(f) => print!(
            "{}",
            nlgen::output::format(&nlgen::emit::rust::family(&f, &rt), &a[1])
        ),
        Err(e) => {
            println!("{e}");
            std::process::exit(1)
        }
    }
}
