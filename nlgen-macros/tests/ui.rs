//! Where errors stand: programs that do not compile, with what the compiler says. Set
//! `TRYBUILD=overwrite` to accept new messages.

#[test]
fn errors_stand_where_they_belong() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/right.rs");
    for wrong in [
        "keys",
        "setters",
        "structs",
        "types",
        "operations",
        "enums",
        "family",
        "layouts",
        "sub_messages",
        "events",
    ] {
        cases.compile_fail(format!("tests/ui/{wrong}.rs"));
    }
}
