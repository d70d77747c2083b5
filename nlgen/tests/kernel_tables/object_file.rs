//! The data and functions of an object file, by name.

use std::collections::BTreeMap;

use object::{Object, ObjectSection, ObjectSymbol, RelocationTarget, SectionIndex, SymbolKind};

/// What a symbol is, so that two files can be compared whatever order they have it in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Symbol {
    /// Whether other files see it.
    global: bool,
    section: String,
    /// The bytes, 8 in a row.
    bytes: Vec<String>,
    /// What addresses are written where: offset, and the symbol with an offset in it.
    relocations: BTreeMap<u64, String>,
}

/// All symbols that have a size.
pub(crate) fn symbols(file: &[u8]) -> BTreeMap<String, Symbol> {
    let file = object::File::parse(file).unwrap();
    let mut symbols = BTreeMap::new();
    for symbol in file.symbols() {
        let is_item = matches!(symbol.kind(), SymbolKind::Data | SymbolKind::Text);
        let Some(index) = symbol
            .section_index()
            .filter(|_| is_item && symbol.size() > 0)
        else {
            continue;
        };
        let section = file.section_by_index(index).unwrap();
        let section_name = section.name().unwrap().to_owned();
        // What the build adds to every file.
        if section_name.starts_with(".discard") || section_name.starts_with(".modinfo") {
            continue;
        }
        let (begin, end) = (symbol.address(), symbol.address() + symbol.size());
        let data = section.data().unwrap();
        let bytes = data.get(begin as usize..end as usize);
        let bytes = bytes.map_or_else(Vec::new, |bytes| {
            let rows = bytes.chunks(8);
            rows.map(|row| row.iter().map(|byte| format!("{byte:02x}")).collect())
                .collect()
        });
        let relocations = section
            .relocations()
            .filter(|(offset, _)| (begin..end).contains(offset))
            .map(|(offset, relocation)| {
                let to = target(&file, relocation.target(), relocation.addend());
                (offset - begin, to)
            })
            .collect();
        let new = Symbol {
            global: symbol.is_global(),
            section: section_name,
            bytes,
            relocations,
        };
        let name = symbol.name().unwrap().to_owned();
        assert!(symbols.insert(name.clone(), new).is_none(), "{name} twice");
    }
    symbols
}

/// A relocation's target: the symbol, and the offset in it, also where the file has the section instead.
fn target(file: &object::File<'_>, target: RelocationTarget, addend: i64) -> String {
    let RelocationTarget::Symbol(index) = target else {
        return format!("{target:?} + {addend}");
    };
    let symbol = file.symbol_by_index(index).unwrap();
    if symbol.kind() != SymbolKind::Section {
        return format!("{} + {addend}", symbol.name().unwrap());
    }
    let section: SectionIndex = symbol.section_index().unwrap();
    let inside = file.symbols().find(|known| {
        let begin = known.address() as i64;
        known.section_index() == Some(section)
            && known.size() > 0
            && (begin..begin + known.size() as i64).contains(&addend)
    });
    match inside {
        Some(known) => format!(
            "{} + {}",
            known.name().unwrap(),
            addend - known.address() as i64
        ),
        None => format!(
            "{} + {addend}",
            file.section_by_index(section).unwrap().name().unwrap()
        ),
    }
}
