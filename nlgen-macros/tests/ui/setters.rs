use nlgen_runtime::nlctrl::{Getfamily, GetpolicyDump};
use nlgen_runtime::{List, Nest, Scalars, setters};

#[derive(Default)]
struct Header {
    index: Option<u32>,
}

setters! {
    /// A request.
    #[derive(Default)]
    pub struct Set<'a> {
        header: nest(Nest<'a, Header>),
        entries: list(List<'a, Header>),
        values: array(Scalars<'a, u32>),
    }
}

fn main() {
    let header = Header { index: Some(1) };
    let right = Set::default().header(&header).entries(&[]).values(&[1, 2]);
    let _ = (right.header, right.entries, right.values, header.index);

    // A nest by value.
    let _ = Set::default().header(Header::default());
    // A list by value, and of other entries.
    let _ = Set::default().entries(vec![Header::default()]);
    let _ = Set::default().entries(&[1, 2]);
    let _ = Set::default().values([1, 2]);
    // Text that is not.
    let _ = Getfamily::default().family_name(16);
    // Another type.
    let _ = Getfamily::default().family_id("nlctrl");
    // A field that does not exist.
    let _ = GetpolicyDump::default().familly_name("nlctrl");
}
